import { create } from 'zustand';
import type { Beat, Heartbeats, UptimeSpan, Uptimes } from '../../shared/contract/overview';
import type { WindowRow } from '../../shared/domain/window-row';

export const BEATS = 60;

interface BeatStore {
  /** Ascending in time, at most `BEATS` per target. */
  beats: ReadonlyMap<string, readonly Beat[]>;
  uptimes: ReadonlyMap<string, readonly UptimeSpan[]>;
}

export const useBeats = create<BeatStore>(() => ({ beats: new Map(), uptimes: new Map() }));

const beatOf = (row: WindowRow): Beat => ({
  startUs: row.start_time,
  endUs: row.end_time,
  totalPings: row.total_pings,
  errorCount: row.error_count,
  degradedCount: row.degraded_count,
  unknownCount: row.unknown_count,
  missedCount: row.missed_count,
  p50Ms: row.p50_latency,
  p95Ms: row.p95_latency,
  isFinal: row.is_final,
});

/** One beat into an ascending list: replaces the one of the same start, keeps the newest `BEATS`. */
export function putBeat(beats: readonly Beat[], beat: Beat): readonly Beat[] {
  let at = beats.length;
  while (at > 0 && (beats[at - 1]?.startUs ?? 0) >= beat.startUs) at -= 1;
  const replaces = beats[at]?.startUs === beat.startUs ? 1 : 0;
  const next = [...beats.slice(0, at), beat, ...beats.slice(at + replaces)];
  return next.length > BEATS ? next.slice(next.length - BEATS) : next;
}

export function seedBeats(all: Heartbeats): void {
  useBeats.setState((held) => {
    const beats = new Map<string, readonly Beat[]>();
    for (const { targetId, beats: seeded } of all) {
      let merged: readonly Beat[] = seeded;
      for (const beat of held.beats.get(targetId) ?? []) {
        if (beat.startUs > (merged.at(-1)?.startUs ?? 0)) merged = putBeat(merged, beat);
      }
      beats.set(targetId, merged);
    }
    for (const [targetId, kept] of held.beats) if (!beats.has(targetId)) beats.set(targetId, kept);
    return { beats };
  });
}

const listeners = new Set<(rows: readonly WindowRow[]) => void>();

export function listenWindows(listener: (rows: readonly WindowRow[]) => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export function addWindows(rows: readonly WindowRow[]): void {
  useBeats.setState((held) => {
    const beats = new Map(held.beats);
    for (const row of rows) {
      beats.set(row.target_id, putBeat(beats.get(row.target_id) ?? [], beatOf(row)));
    }
    return { beats };
  });
  for (const listener of listeners) listener(rows);
}

export function setUptimes(all: Uptimes): void {
  useBeats.setState({ uptimes: new Map(all.map(({ targetId, spans }) => [targetId, spans])) });
}
