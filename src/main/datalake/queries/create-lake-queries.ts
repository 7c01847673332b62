import type { Clock } from '../../platform/clock';
import type { LakeQueries, WindowOverlay } from '../lake-queries';
import type { LakeViews } from '../lake-view';
import { compare } from './compare';
import { countWindows } from './count-windows';
import { lastMinute } from './last-minute';
import { lastWindows } from './last-windows';
import { newestByTarget } from './newest-by-target';
import { phases, probes, recent } from './overview/attempts';
import { heartbeats } from './overview/heartbeats';
import { uptimes } from './overview/uptimes';
import { percentiles } from './percentiles';
import { probers } from './probers';
import { createQuestions } from './question';
import { series } from './series';
import { totals } from './totals';

/** Two cores' worth. */
const AT_ONCE = 2;

export interface LakeQueriesOptions {
  views: LakeViews;
  overlay: WindowOverlay;
  clock: Clock;
  /** The newest raw instant (µs) that the lake knows of: from there searches go back. Without it they go back from now. */
  stats?: () => { toUs: number | null };
  /** Most questions at a time; the others wait their turn. */
  atOnce?: number;
}

/** Answers every question in DuckDB's own threads; nothing is opened before the first one. */
export function createLakeQueries(options: LakeQueriesOptions): LakeQueries {
  const { views, overlay, clock, stats } = options;
  const { ask, close } = createQuestions({ views, overlay, atOnce: options.atOnce ?? AT_ONCE });
  const newestUs = () => stats?.().toUs ?? clock.nowUs();
  return {
    series: (question, signal) => ask(signal, (lake) => series(lake, question)),
    lastWindows: (targetId, limit, signal, probeId = null) =>
      ask(signal, (lake) => lastWindows(lake, { targetId, probeId }, limit, newestUs())),
    totals: (targetId, range, signal, probeId = null) =>
      ask(signal, (lake) => totals(lake, { targetId, probeId }, range)),
    percentiles: (targetId, range, signal, probeId = null) =>
      ask(signal, (lake) => percentiles(lake, { targetId, probeId }, range)),
    newestByTarget: (signal, targetIds) =>
      ask(signal, (lake) => newestByTarget(lake, newestUs(), targetIds ?? null)),
    lastMinute: (signal) =>
      ask(signal, (lake) => lastMinute(lake, { nowUs: clock.nowUs(), newestUs: newestUs() })),
    heartbeats: (of, signal) => ask(signal, (lake) => heartbeats(lake, { ...of, newestUs: newestUs() })),
    uptimes: (spansMs, signal, probeId = null) =>
      ask(signal, (lake) => uptimes(lake, spansMs, clock.nowUs(), probeId)),
    recent: (seconds, signal, probeId = null) =>
      ask(signal, (lake) => recent(lake, clock.nowUs() - seconds * 1_000_000, probeId)),
    phases: (question, signal) => ask(signal, (lake) => phases(lake, question)),
    probes: (of, signal) => ask(signal, (lake) => probes(lake, of)),
    compare: (targetId, range, signal) => ask(signal, (lake) => compare(lake, targetId, range)),
    probers: (signal) => ask(signal, (lake) => probers(lake)),
    countWindows: (signal) => ask(signal, (lake) => countWindows(lake)),
    close,
  };
}
