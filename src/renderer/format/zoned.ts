/** How far `zone` is ahead of UTC at an instant, ms. */
function offsetMs(ms: number, zone: string | null): number {
  const format = new Intl.DateTimeFormat('en-US', {
    hourCycle: 'h23',
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    ...(zone === null ? {} : { timeZone: zone }),
  });
  const part = new Map(format.formatToParts(new Date(ms)).map(({ type, value }) => [type, Number(value)]));
  const at = (name: Intl.DateTimeFormatPartTypes) => part.get(name) ?? 0;
  const asUtc = Date.UTC(at('year'), at('month') - 1, at('day'), at('hour'), at('minute'), at('second'));
  return asUtc - Math.floor(ms / 1000) * 1000;
}

/** `2026-11-23T21:45` in `zone` as an instant, µs; null when it is no date and time. */
export function fromLocalText(text: string, zone: string | null): number | null {
  const asUtc = Date.parse(`${text}Z`);
  if (text === '' || Number.isNaN(asUtc)) return null;
  // The offset at the guess may be that of the other side of a clock change: once more from the better guess.
  const guess = asUtc - offsetMs(asUtc, zone);
  return (asUtc - offsetMs(guess, zone)) * 1000;
}

/** An instant as `2026-11-23T21:45` in `zone`, for a date-and-time field. */
export function toLocalText(us: number, zone: string | null): string {
  const ms = us / 1000;
  return new Date(ms + offsetMs(ms, zone)).toISOString().slice(0, 16);
}
