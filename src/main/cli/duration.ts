const UNITS_MS = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;
const DURATION = /^(\d+(?:\.\d+)?)\s*(ms|s|m|h|d)?$/;

/** `250ms`, `1.5s`, `5m`, `1h`, `1d` in whole milliseconds; a number alone is seconds. Null for anything else. */
export function parseDuration(text: string): number | null {
  const [, number, unit = 's'] = DURATION.exec(text.trim()) ?? [];
  if (number === undefined || !isUnit(unit)) return null;
  return Math.round(Number(number) * UNITS_MS[unit]);
}

/** The shortest way to write it: `1h`, `90s`, `250ms`. @param ms whole */
export function formatDuration(ms: number): string {
  const unit = (['h', 'm', 's'] as const).find((one) => ms > 0 && ms % UNITS_MS[one] === 0) ?? 'ms';
  return `${ms / UNITS_MS[unit]}${unit}`;
}

function isUnit(text: string): text is keyof typeof UNITS_MS {
  return Object.hasOwn(UNITS_MS, text);
}
