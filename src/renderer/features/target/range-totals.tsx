import type { Percentiles, Totals } from '../../../shared/contract/questions';
import { Value } from '../../components/value';
import { count, latency, percent, type Quantity } from '../../format/number';
import { useTexts } from '../../texts/texts';
import styles from './range-totals.module.css';

interface Props {
  totals: Totals | null;
  percentiles: Percentiles | null;
}

/** The range in numbers. */
export function RangeTotals({ totals, percentiles }: Props) {
  const { target, states, language } = useTexts();
  const plain = (value: number): Quantity => ({ value: count(value, language), unit: '' });
  const rank = (ms: number | null): Quantity =>
    ms === null && (percentiles?.censored ?? 0) > 0
      ? { value: target.overTimeout, unit: '' }
      : latency(ms, language);
  const entries: [string, Quantity, 'down' | 'degraded' | null][] = [];
  if (totals !== null) {
    entries.push(
      [target.uptime, percent(totals.uptimePct, totals.totalPings, language), null],
      [target.coverage, percent(totals.coveragePct, totals.totalPings, language), null],
      [target.probes, plain(totals.totalPings), null],
      [target.errors, plain(totals.errorCount), totals.errorCount > 0 ? 'down' : null],
      [
        target.columnOf.degraded_count ?? states.degraded,
        plain(totals.degradedCount),
        totals.degradedCount > 0 ? 'degraded' : null,
      ],
    );
  }
  if (percentiles !== null) {
    entries.push(
      ['p50', rank(percentiles.p50Ms), null],
      ['p95', rank(percentiles.p95Ms), null],
      ['p99', rank(percentiles.p99Ms), null],
    );
  }
  if (totals !== null) entries.push([target.average, latency(totals.avgMs, language), null]);
  return (
    <section className={styles.totals} aria-label={target.rangeTotals}>
      <dl>
        {entries.map(([label, value, role]) => (
          <div key={label} data-role={role ?? undefined}>
            <dt>{label}</dt>
            <dd>
              <Value of={value} />
            </dd>
          </div>
        ))}
      </dl>
    </section>
  );
}
