import { memo } from 'react';
import type { Beat } from '../../shared/contract/overview';
import { useTimeStyle } from '../components/use-time-style';
import { latencyText } from '../format/number';
import { clockTime } from '../format/time';
import { useTexts } from '../texts/texts';
import styles from './heartbeats.module.css';

const SLOTS = 60;
const PITCH = 3;
const HEIGHT = 28;

export type BeatRole = 'up' | 'degraded' | 'down' | 'unknown' | 'missed';

/** The worst that the window tells; nothing learned is not a success. */
export function beatRole(beat: Beat): BeatRole {
  if (beat.errorCount > 0) return 'down';
  if (beat.degradedCount > 0) return 'degraded';
  if (beat.totalPings > 0) return 'up';
  return beat.unknownCount > 0 ? 'unknown' : 'missed';
}

/** Places windows by their start, so that a window that never was leaves its slot empty. */
export function placeBeats(beats: readonly Beat[]): (Beat | null)[] {
  const last = beats.at(-1);
  if (last === undefined) return [];
  const slots = new Array<Beat | null>(SLOTS).fill(null);
  const length = last.endUs - last.startUs;
  for (const beat of beats) {
    const slot = SLOTS - 1 - Math.round((last.startUs - beat.startUs) / length);
    if (slot >= 0) slots[slot] = beat;
  }
  return slots;
}

/** How tall a beat stands, 0 … 1; one that tells no latency stands lower than any that does. */
function shareOf(beat: Beat, role: BeatRole, tallestMs: number): number {
  if (role === 'unknown' || role === 'missed') return 0.35;
  return Math.max(0.14, beat.p95Ms === null ? 0.6 : beat.p95Ms / tallestMs);
}

interface BarProps {
  beat: Beat;
  slot: number;
  height: number;
  /** The end of the newest window, µs: beats of other days carry their date. */
  todayUs: number;
}

/** Only the open window changes from second to second: the other bars are kept as they stand. */
const Bar = memo(function Bar({ beat, slot, height, todayUs }: BarProps) {
  const style = useTimeStyle();
  const { overview } = useTexts();
  const when = clockTime(beat.startUs, todayUs, style);
  return (
    <rect
      x={slot * PITCH + 0.25}
      y={HEIGHT - height}
      width={PITCH - 0.75}
      height={height}
      data-role={beatRole(beat)}
      data-open={beat.isFinal ? undefined : ''}
    >
      <title>
        {beat.totalPings === 0
          ? overview.beatGap(when)
          : overview.beatText(
              when,
              beat.errorCount,
              beat.totalPings,
              latencyText(beat.p95Ms, style.language),
            )}
      </title>
    </rect>
  );
});

interface Props {
  beats: readonly Beat[];
}

/** The last 60 windows: height is the p95 latency, colour the state, a gap is a gap. */
export const Heartbeats = memo(function Heartbeats({ beats }: Props) {
  const { overview } = useTexts();
  const tallestMs = Math.max(...beats.map((beat) => beat.p95Ms ?? 0), 1);
  const failing = beats.filter((beat) => beat.errorCount > 0).length;
  const todayUs = beats.at(-1)?.endUs ?? 0;
  return (
    <svg
      className={styles.beats}
      viewBox={`0 0 ${SLOTS * PITCH} ${HEIGHT}`}
      preserveAspectRatio="none"
      role="img"
      aria-label={beats.length === 0 ? overview.nothingMeasured : overview.beatsText(beats.length, failing)}
    >
      {placeBeats(beats).map((beat, slot) =>
        beat === null ? null : (
          <Bar
            key={beat.startUs}
            beat={beat}
            slot={slot}
            height={shareOf(beat, beatRole(beat), tallestMs) * (HEIGHT - 2)}
            todayUs={todayUs}
          />
        ),
      )}
    </svg>
  );
});
