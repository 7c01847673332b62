import { memo } from 'react';
import { latencyText } from '../format/number';
import type { ProbeRing } from '../stores/probe-rings';
import { useLanguage } from '../stores/settings-store';
import { useTexts } from '../texts/texts';
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

/** One slowest latency per bucket, so that a spike survives; a gap breaks the line; a failure is a mark below. */
export function drawSparkline(ring: ProbeRing, endUs: number): Drawn {
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
  const scale = max === 0 ? 0 : (HEIGHT - 8) / max;
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
  ring: ProbeRing;
  /** Raised whenever the ring has more: rings change in place. */
  version: number;
  endUs: number;
}

export const Sparkline = memo(function Sparkline({ ring, endUs }: Props) {
  const language = useLanguage();
  const { overview } = useTexts();
  const { line, failures, count, max } = drawSparkline(ring, endUs);
  return (
    <svg
      className={styles.spark}
      viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
      preserveAspectRatio="none"
      role="img"
      data-drawn-us={ring.length === 0 ? undefined : ring.timeAt(ring.length - 1)}
      aria-label={
        count === 0 ? overview.nothingMeasured : overview.sparkText(count, latencyText(max, language))
      }
    >
      <path d={line} className={styles.line} vectorEffect="non-scaling-stroke" />
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
