/** Instants (µs) as a person in one time zone reads them. */
export interface LocalTime {
  /** `13:04:05` on the day of `nowUs`, `2026-01-02 13:04:05` on any other. */
  short(us: number, nowUs: number): string;
  full(us: number): string;
  /** Name and offset of the zone at that instant: `Europe/Madrid, CET`. */
  zone(us: number): string;
}

/** @param timeZone IANA name; undefined = the system's */
export function createLocalTime(timeZone?: string): LocalTime {
  const zone = timeZone === undefined ? {} : { timeZone };
  // The Swedish form is ISO 8601 with a space.
  const stamp = new Intl.DateTimeFormat('sv-SE', { ...zone, dateStyle: 'short', timeStyle: 'medium' });
  const named = new Intl.DateTimeFormat('en-GB', { ...zone, timeZoneName: 'short' });
  const full = (us: number): string => stamp.format(us / 1000);
  return {
    full,
    short(us, nowUs) {
      const text = full(us);
      return text.slice(0, 10) === full(nowUs).slice(0, 10) ? text.slice(11) : text;
    },
    zone(us) {
      const name = named.resolvedOptions().timeZone;
      const short = named.formatToParts(us / 1000).find(({ type }) => type === 'timeZoneName')?.value;
      return short === undefined || short === name ? name : `${name}, ${short}`;
    },
  };
}

/** `45 s`, `12 min`, `3 h 05 min`, `2 d 4 h`. */
export function durationText(us: number): string {
  const seconds = Math.max(0, Math.floor(us / 1e6));
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} min`;
  const hours = Math.floor(minutes / 60);
  if (hours < 24) return `${hours} h ${String(minutes % 60).padStart(2, '0')} min`;
  return `${Math.floor(hours / 24)} d ${hours % 24} h`;
}
