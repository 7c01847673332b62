import { memo } from 'react';
import { latencyText } from '../format/number';
import type { ProbeRing } from '../stores/probe-rings';
import { useLanguage } from '../stores/settings-store';
import { useTexts } from '../texts/texts';
import { proberRole } from './palette';
import styles from './sparkline.module.css';

const WIDTH = 100;
const HEIGHT = 28;
const SPAN_US = 300e6;
const BUCKETS = 50;

interface Drawn {
  line: string;
  failures: number[];
  count: number;
  max: number;
}

/** How slow the slowest of several is, ms: they share a scale. */
function slowestOf(rings: readonly ProbeRing[], startUs: number): number {
  let max = 0;
  for (const ring of rings) {
    for (let index = 0; index < ring.length; index += 1) {
      const latency = ring.latencyAt(index);
      if (ring.timeAt(index) >= startUs && ring.outcomeAt(index) !== 'down' && latency > max) max = latency;
    }
  }
  return max;
}

/**
 * One slowest latency per bucket, so that a spike survives; a gap breaks the line; a failure is a mark below.
 * @param topMs the top of the scale; left out = the slowest
 */
export function drawSparkline(ring: ProbeRing, endUs: number, topMs?: number): Drawn {
  const slowest = new Float64Array(BUCKETS).fill(Number.NaN);
  const failed = new Uint8Array(BUCKETS);
  const startUs = endUs - SPAN_US;
  let count = 0;
  let max = 0;
  for (let index = 0; index < ring.length; index += 1) {
    const bucket = Math.floor(((ring.timeAt(index) - startUs) / SPAN_US) * BUCKETS);
    if (bucket < 0 || bucket >= BUCKETS) continue;
    count += 1;
    const outcome = ring.outcomeAt(index);
    if (outcome === 'down') failed[bucket] = 1;
    const latency = ring.latencyAt(index);
    if (Number.isNaN(latency) || outcome === 'down') continue;
    if (!(latency <= (slowest[bucket] ?? Number.NaN))) slowest[bucket] = latency;
    if (latency > max) max = latency;
  }
  const top = topMs ?? max;
  const scale = top === 0 ? 0 : (HEIGHT - 8) / top;
  let line = '';
  let pen = 'M';
  slowest.forEach((latency, bucket) => {
    if (Number.isNaN(latency)) {
      pen = 'M';
      return;
    }
    const x = ((bucket + 0.5) / BUCKETS) * WIDTH;
    const y = HEIGHT - 5 - latency * scale;
    line += `${pen}${x.toFixed(1)} ${y.toFixed(1)}`;
    // A lone bucket is drawn as a dot: a zero-length line with round ends.
    if (pen === 'M') line += `h0.01`;
    pen = 'L';
  });
  return { line, failures: [...failed.keys()].filter((bucket) => failed[bucket] === 1), count, max };
}

interface Props {
  /** One line for each; `place` is the prober's colour where there are several. */
  lines: readonly { ring: ProbeRing; place: number }[];
  /** Raised whenever a ring has more: rings change in place. */
  version: number;
  endUs: number;
}

export const Sparkline = memo(function Sparkline({ lines, endUs }: Props) {
  const language = useLanguage();
  const { overview } = useTexts();
  const several = lines.length > 1;
  const top = several
    ? slowestOf(
        lines.map(({ ring }) => ring),
        endUs - SPAN_US,
      )
    : undefined;
  const drawn = lines.map(({ ring }) => drawSparkline(ring, endUs, top));
  const count = drawn.reduce((sum, one) => sum + one.count, 0);
  const max = Math.max(0, ...drawn.map((one) => one.max));
  const failures = [...new Set(drawn.flatMap((one) => one.failures))];
  const newestUs = Math.max(
    0,
    ...lines.map(({ ring }) => (ring.length === 0 ? 0 : ring.timeAt(ring.length - 1))),
  );
  return (
    <svg
      className={styles.spark}
      viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
      preserveAspectRatio="none"
      role="img"
      data-drawn-us={newestUs === 0 ? undefined : newestUs}
      aria-label={
        count === 0 ? overview.nothingMeasured : overview.sparkText(count, latencyText(max, language))
      }
    >
      {drawn.map(({ line }, at) => (
        <path
          // biome-ignore lint/suspicious/noArrayIndexKey: a line is its place, nothing is kept in it
          key={at}
          d={line}
          className={styles.line}
          data-prober={several ? proberRole(lines[at]?.place ?? 0) : undefined}
          vectorEffect="non-scaling-stroke"
        />
      ))}
      {failures.map((bucket) => (
        <rect
          key={bucket}
          x={(bucket / BUCKETS) * WIDTH}
          y={HEIGHT - 4}
          width={WIDTH / BUCKETS}
          height={4}
          className={styles.failure}
        />
      ))}
    </svg>
  );
});
