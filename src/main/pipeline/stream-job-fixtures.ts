import type { StreamJobStats } from './stream-job';

/** Of a job that has done nothing yet. */
export function statsOf(change: Partial<StreamJobStats> = {}): StreamJobStats {
  return {
    watermarkUs: null,
    idle: false,
    events: 0,
    open: 0,
    written: 0,
    lateEvents: 0,
    dirty: 0,
    duplicates: 0,
    pendingWindow: null,
    quarantined: {},
    lost: [],
    ...change,
  };
}
