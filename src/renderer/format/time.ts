import type { Language } from '../stores/settings-store';

const formats = new Map<string, Intl.DateTimeFormat>();

function dateFormat(language: Language, zone: string | null, options: Intl.DateTimeFormatOptions) {
  const key = `${language} ${zone} ${JSON.stringify(options)}`;
  let format = formats.get(key);
  if (format === undefined) {
    format = new Intl.DateTimeFormat(language, {
      hourCycle: 'h23',
      ...options,
      ...(zone === null ? {} : { timeZone: zone }),
    });
    formats.set(key, format);
  }
  return format;
}

/** How instants are shown: language and zone (null = the system's). */
export interface TimeStyle {
  language: Language;
  zone: string | null;
}

const asDate = (us: number) => new Date(us / 1000);

/** Date and time to the second. */
export function dateTime(us: number, { language, zone }: TimeStyle): string {
  const options: Intl.DateTimeFormatOptions = {
    year: 'numeric',
    month: 'short',
    day: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
  };
  return dateFormat(language, zone, options).format(asDate(us));
}

/** Time of day to the second, with the date when it is another day than `todayUs`. */
export function clockTime(us: number, todayUs: number, style: TimeStyle): string {
  const day = dateFormat(style.language, style.zone, { year: 'numeric', month: '2-digit', day: '2-digit' });
  const sameDay = day.format(asDate(us)) === day.format(asDate(todayUs));
  const options: Intl.DateTimeFormatOptions = { hour: '2-digit', minute: '2-digit', second: '2-digit' };
  return dateFormat(
    style.language,
    style.zone,
    sameDay ? options : { month: 'short', day: 'numeric', ...options },
  ).format(asDate(us));
}

/** A label of a time axis, as fine as `stepUs` needs it. */
export function axisTime(us: number, spanUs: number, { language, zone }: TimeStyle): string {
  if (spanUs <= 15 * 60e6) {
    return dateFormat(language, zone, { hour: '2-digit', minute: '2-digit', second: '2-digit' }).format(
      asDate(us),
    );
  }
  if (spanUs <= 36 * 3600e6) {
    return dateFormat(language, zone, { hour: '2-digit', minute: '2-digit' }).format(asDate(us));
  }
  if (spanUs <= 10 * 86400e6) {
    return dateFormat(language, zone, { day: 'numeric', month: 'short', hour: '2-digit' }).format(asDate(us));
  }
  return dateFormat(language, zone, { day: 'numeric', month: 'short' }).format(asDate(us));
}

/** The zone's name as people know it, such as `GMT-3` or `CET`. */
export function zoneName(us: number, { language, zone }: TimeStyle): string {
  const parts = dateFormat(language, zone, { timeZoneName: 'short', hour: '2-digit' }).formatToParts(
    asDate(us),
  );
  return parts.find((part) => part.type === 'timeZoneName')?.value ?? '';
}

const STEPS: readonly [limitS: number, divisor: number, unit: string][] = [
  [10, 1, 's'],
  [60, 1, 's'],
  [3600, 60, 'min'],
  [172_800, 3600, 'h'],
  [Number.POSITIVE_INFINITY, 86_400, 'd'],
];

/** `0.2 s`, `48 s`, `5 min`, `3 h`, `12 d`: one unit, coarse. */
export function duration(us: number, language: Language): string {
  const seconds = Math.max(0, us) / 1e6;
  const step = STEPS.find(([limit]) => seconds < limit);
  const [limit, divisor, unit] = step ?? [0, 86_400, 'd'];
  const digits = limit === 10 ? 1 : 0;
  const shown = digits === 1 ? Math.floor(seconds * 10) / 10 : Math.floor(seconds / divisor);
  const text = new Intl.NumberFormat(language, {
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
  }).format(shown);
  return `${text} ${unit}`;
}

/** `1 min`, `500 ms`, `1.5 s`: an exact setting, in the largest unit that keeps it whole. */
export function settingDuration(ms: number): string {
  if (ms % 3_600_000 === 0) return `${ms / 3_600_000} h`;
  if (ms % 60_000 === 0) return `${ms / 60_000} min`;
  if (ms % 1000 === 0) return `${ms / 1000} s`;
  return ms > 1000 && ms % 100 === 0 ? `${ms / 1000} s` : `${ms} ms`;
}

const UNITS_MS: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1000,
  m: 60_000,
  min: 60_000,
  h: 3_600_000,
  d: 86_400_000,
};

/**
 * What a person typed as whole milliseconds; null when it is no time.
 * @param bare the unit of a number without one
 */
export function parseDuration(text: string, bare: 'ms' | 's' = 's'): number | null {
  const match = /^\s*(\d+(?:[.,]\d+)?)\s*(ms|s|m|min|h|d)?\s*$/i.exec(text);
  if (match === null) return null;
  const amount = Number((match[1] ?? '').replace(',', '.'));
  return Math.round(amount * (UNITS_MS[(match[2] ?? bare).toLowerCase()] ?? 1000));
}
