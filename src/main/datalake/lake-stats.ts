import type { LakeStats } from './lake';
import type { LakeState } from './lake-state';

/** Cheap: sums are kept as files come and go. */
export function statsOf(state: LakeState): LakeStats {
  const spans = [state.raw.span(), state.open?.tails.span() ?? null].filter((span) => span !== null);
  return {
    rawRows: state.raw.rows,
    rawFiles: state.raw.all.length,
    rawBytes: state.raw.bytes,
    windowRows: state.metrics.rows,
    windowFiles: state.metrics.all.length,
    windowBytes: state.metrics.bytes,
    unflushedRows: state.open?.tails.rows ?? 0,
    fromUs: spans.length === 0 ? null : Math.min(...spans.map((span) => span.minUs)),
    toUs: spans.length === 0 ? null : Math.max(...spans.map((span) => span.maxUs)),
    lastFlushUs: state.lastFlush?.atUs ?? null,
    lastFlushDurationMs: state.lastFlush?.durationMs ?? null,
  };
}
