import type { Language } from './language';

const formats = new Map<string, Intl.NumberFormat>();

/** A number as the language writes it. */
export function numberText(value: number | bigint, decimals: number, language: Language): string {
  const key = `${language} ${decimals}`;
  let format = formats.get(key);
  if (format === undefined) {
    format = new Intl.NumberFormat(language, {
      minimumFractionDigits: decimals,
      maximumFractionDigits: decimals,
    });
    formats.set(key, format);
  }
  return format.format(value);
}

/**
 * A latency with three significant figures, no finer than the 0.01 ms that are measured: `0.84 ms`, `12.3 ms`, `162 ms`,
 * `1.24 s`. Zeros at the end stay, so that a number that changes keeps its width.
 * @param ms not negative
 */
export function latencyText(ms: number, language: Language): string {
  if (ms > 0 && ms < 0.005) return `< ${numberText(0.01, 2, language)} ms`;
  // The figures are counted after rounding: 999.6 ms is 1.00 s, not 1000 ms.
  const isSeconds = Number(ms.toPrecision(3)) >= 1000;
  const value = isSeconds ? ms / 1000 : ms;
  const rounded = Number(value.toPrecision(3));
  const decimals = rounded >= 100 ? 0 : rounded >= 10 ? 1 : 2;
  return `${numberText(value, decimals, language)} ${isSeconds ? 's' : 'ms'}`;
}

/**
 * The share of pings that did not fail, with as many decimals as their number supports, and cut, not rounded: one failure
 * among however many never reads 100 %, one success never 0 %.
 * @param totalPings whole, at least `errorCount`
 * @returns null when nothing was measured
 */
export function uptimeText(totalPings: number, errorCount: number, language: Language): string | null {
  if (totalPings === 0) return null;
  // One ping is 100/total %: the last decimal must be no coarser than that.
  let decimals = 0;
  while (10 ** (decimals + 2) < totalPings) decimals += 1;
  const scale = 10n ** BigInt(decimals + 2);
  const cut = (BigInt(totalPings - errorCount) * scale) / BigInt(totalPings);
  return `${numberText(Number(cut) / 10 ** decimals, decimals, language)} %`;
}

/** A latency as the classic probe line has it, in every language: `150.23ms`. */
export function probeLineLatency(ms: number): string {
  return `${ms.toFixed(2)}ms`;
}
