import type { Language } from '../stores/settings-store';

/** A number and its unit, shown apart. */
export interface Quantity {
  value: string;
  unit: string;
}

export const NONE = '–';

const formats = new Map<string, Intl.NumberFormat>();

function numberFormat(language: Language, options: Intl.NumberFormatOptions): Intl.NumberFormat {
  const key = `${language} ${JSON.stringify(options)}`;
  let format = formats.get(key);
  if (format === undefined) {
    format = new Intl.NumberFormat(language, options);
    formats.set(key, format);
  }
  return format;
}

/** Three significant figures: `0.84 ms`, `162 ms`, `1.24 s`. */
export function latency(ms: number | null, language: Language): Quantity {
  if (ms === null || !Number.isFinite(ms)) return { value: NONE, unit: '' };
  const inSeconds = ms >= 999.5;
  const shown = inSeconds ? ms / 1000 : ms;
  const format = numberFormat(language, { minimumSignificantDigits: 3, maximumSignificantDigits: 3 });
  return { value: shown === 0 ? '0' : format.format(shown), unit: inSeconds ? 's' : 'ms' };
}

export function quantityText({ value, unit }: Quantity): string {
  return unit === '' ? value : `${value} ${unit}`;
}

export const latencyText = (ms: number | null, language: Language) => quantityText(latency(ms, language));

/**
 * A share to as many decimals as the sample supports, rounded away from a perfect hundred when anything failed.
 * @param sample how many observations stand behind it
 */
export function percent(pct: number | null, sample: number, language: Language): Quantity {
  if (pct === null) return { value: NONE, unit: '' };
  const digits =
    pct === 100 || sample < 10 ? 0 : Math.min(3, Math.max(0, Math.floor(Math.log10(sample)) - 1));
  const scale = 10 ** digits;
  const floored = Math.floor(pct * scale + 1e-9) / scale;
  const format = numberFormat(language, { minimumFractionDigits: digits, maximumFractionDigits: digits });
  return { value: format.format(floored), unit: '%' };
}

export function count(value: number, language: Language): string {
  return numberFormat(language, { maximumFractionDigits: 0, useGrouping: true }).format(value);
}

/** `2.1 M`, `38 k`: for places where the order of magnitude matters. */
export function shortCount(value: number, language: Language): string {
  if (value < 10_000) return count(value, language);
  const inMillions = value >= 1e6;
  const format = numberFormat(language, { maximumSignificantDigits: 3 });
  return `${format.format(inMillions ? value / 1e6 : value / 1e3)} ${inMillions ? 'M' : 'k'}`;
}

export function decimal(value: number, digits: number, language: Language): string {
  return numberFormat(language, { minimumFractionDigits: digits, maximumFractionDigits: digits }).format(
    value,
  );
}

const BYTE_UNITS = ['B', 'kB', 'MB', 'GB', 'TB'];

export function bytes(value: number, language: Language): Quantity {
  let unit = 0;
  let shown = value;
  while (shown >= 999.5 && unit < BYTE_UNITS.length - 1) {
    shown /= 1000;
    unit += 1;
  }
  const format = numberFormat(language, unit === 0 ? {} : { maximumSignificantDigits: 3 });
  return { value: format.format(shown), unit: BYTE_UNITS[unit] ?? 'B' };
}

export const bytesText = (value: number, language: Language) => quantityText(bytes(value, language));
