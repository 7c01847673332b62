import { create } from 'zustand';
import type { Beat, Heartbeats, UptimeSpan, Uptimes } from '../../shared/contract/overview';
import { mergeHistograms, percentileOf } from '../../shared/domain/latency-histogram';
import type { WindowRow } from '../../shared/domain/window-row';

export const BEATS = 60;
/** Of how many of a target's newest windows each prober's row is kept: those that still change, and a few more. */
const PARTS = 6;

interface BeatStore {
  /** Whose measurements these are; null = those of all probers together. */
  probeId: string | null;
  /** Ascending in time, at most `BEATS` per target. */
  beats: ReadonlyMap<string, readonly Beat[]>;
  uptimes: ReadonlyMap<string, readonly UptimeSpan[]>;
}

export const useBeats = create<BeatStore>(() => ({ probeId: null, beats: new Map(), uptimes: new Map() }));

/** Rows of several probers that begin together, by target and start, µs. */
const parts = new Map<string, Map<number, readonly WindowRow[]>>();

/** Forgets what is shown: from now on it is about this prober, or all. */
export function setBeatProber(probeId: string | null): void {
  parts.clear();
  useBeats.setState({ probeId, beats: new Map(), uptimes: new Map() });
}

/** One window of one prober, or those of several that begin together: counts add up, ranks come from merged histograms. */
export function beatOf(rows: readonly [WindowRow, ...WindowRow[]]): Beat {
  const [first, ...others] = rows;
  const sum = (
    name:
      | 'total_pings'
      | 'error_count'
      | 'degraded_count'
      | 'unknown_count'
      | 'missed_count'
      | 'censored_count',
  ) => rows.reduce((total, row) => total + row[name], 0);
  const merged =
    others.length === 0
      ? null
      : mergeHistograms(rows.map((row) => ({ offset: row.hist_offset, counts: row.hist_counts })));
  const rank = (percent: number, own: number | null) =>
    merged === null ? own : percentileOf(merged, sum('censored_count'), percent);
  return {
    startUs: first.start_time,
    endUs: first.end_time,
    totalPings: sum('total_pings'),
    errorCount: sum('error_count'),
    degradedCount: sum('degraded_count'),
    unknownCount: sum('unknown_count'),
    missedCount: sum('missed_count'),
    p50Ms: rank(50, first.p50_latency),
    p95Ms: rank(95, first.p95_latency),
    isFinal: rows.every((row) => row.is_final),
  };
}

/** One beat into an ascending list: replaces the one of the same start, keeps the newest `BEATS`. */
export function putBeat(beats: readonly Beat[], beat: Beat): readonly Beat[] {
  let at = beats.length;
  while (at > 0 && (beats[at - 1]?.startUs ?? 0) >= beat.startUs) at -= 1;
  const replaces = beats[at]?.startUs === beat.startUs ? 1 : 0;
  const next = [...beats.slice(0, at), beat, ...beats.slice(at + replaces)];
  return next.length > BEATS ? next.slice(next.length - BEATS) : next;
}

/** @param probeId whose they were asked for; those of another than what is shown by now are let go */
export function seedBeats(all: Heartbeats, probeId: string | null): void {
  useBeats.setState((held) => {
    if (held.probeId !== probeId) return held;
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

/**
 * The row among those of the other probers that begin together. Null for an old one whose others are no longer kept: alone it
 * would stand for all.
 */
function together(row: WindowRow): readonly [WindowRow, ...WindowRow[]] | null {
  const ofTarget = parts.get(row.target_id) ?? new Map<number, readonly WindowRow[]>();
  parts.set(row.target_id, ofTarget);
  const starts = [...ofTarget.keys()];
  const isOld = starts.length >= PARTS && starts.every((start) => start > row.start_time);
  const isShared = [...ofTarget.values()].some((rows) => rows.length > 1);
  if (isOld) return isShared ? null : [row];
  const others = (ofTarget.get(row.start_time) ?? []).filter((one) => one.probe_id !== row.probe_id);
  ofTarget.set(row.start_time, [row, ...others]);
  if (ofTarget.size > PARTS) ofTarget.delete(Math.min(...ofTarget.keys()));
  return [row, ...others];
}

export function addWindows(rows: readonly WindowRow[]): void {
  useBeats.setState((held) => {
    const beats = new Map(held.beats);
    for (const row of rows) {
      if (held.probeId !== null && row.probe_id !== held.probeId) continue;
      const all = together(row);
      if (all !== null) beats.set(row.target_id, putBeat(beats.get(row.target_id) ?? [], beatOf(all)));
    }
    return { beats };
  });
  for (const listener of listeners) listener(rows);
}

/** @param probeId whose they were asked for */
export function setUptimes(all: Uptimes, probeId: string | null): void {
  useBeats.setState((held) =>
    held.probeId === probeId
      ? { uptimes: new Map(all.map(({ targetId, spans }) => [targetId, spans])) }
      : held,
  );
}
