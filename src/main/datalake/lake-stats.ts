import type { LakeStats } from './lake';
import type { LakeState } from './lake-state';

const NOTHING: LakeStats = {
  rawRows: 0,
  rawFiles: 0,
  rawBytes: 0,
  windowRows: 0,
  windowFiles: 0,
  windowBytes: 0,
  unflushedRows: 0,
  unflushedTextBytes: 0,
  fromUs: null,
  toUs: null,
  lastFlushUs: null,
  lastFlushDurationMs: null,
  quarantinedRecords: 0,
  quarantineFill: 0,
};

/** Of one partition that is open here. Cheap: sums are kept as files come and go. */
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
    unflushedTextBytes: state.open?.tails.textBytes ?? 0,
    fromUs: spans.length === 0 ? null : Math.min(...spans.map((span) => span.minUs)),
    toUs: spans.length === 0 ? null : Math.max(...spans.map((span) => span.maxUs)),
    lastFlushUs: state.lastFlush?.atUs ?? null,
    lastFlushDurationMs: state.lastFlush?.durationMs ?? null,
    quarantinedRecords: state.quarantine.records,
    quarantineFill: state.quarantine.fill,
  };
}

/** Sums; the newest flush of all, and the fullest quarantine. */
export function addStats(all: readonly LakeStats[]): LakeStats {
  return all.reduce((sum, stats) => {
    const newer = (stats.lastFlushUs ?? 0) > (sum.lastFlushUs ?? 0) ? stats : sum;
    return {
      rawRows: sum.rawRows + stats.rawRows,
      rawFiles: sum.rawFiles + stats.rawFiles,
      rawBytes: sum.rawBytes + stats.rawBytes,
      windowRows: sum.windowRows + stats.windowRows,
      windowFiles: sum.windowFiles + stats.windowFiles,
      windowBytes: sum.windowBytes + stats.windowBytes,
      unflushedRows: sum.unflushedRows + stats.unflushedRows,
      unflushedTextBytes: sum.unflushedTextBytes + stats.unflushedTextBytes,
      fromUs: pick(Math.min, sum.fromUs, stats.fromUs),
      toUs: pick(Math.max, sum.toUs, stats.toUs),
      lastFlushUs: newer.lastFlushUs,
      lastFlushDurationMs: newer.lastFlushDurationMs,
      quarantinedRecords: sum.quarantinedRecords + stats.quarantinedRecords,
      quarantineFill: Math.max(sum.quarantineFill, stats.quarantineFill),
    };
  }, NOTHING);
}

/** Of files that another process wrote. */
export function statsOfFiles(files: {
  raw: readonly { rows: number; bytes: number; minUs: number; maxUs: number }[];
  metrics: readonly { rows: number; bytes: number }[];
}): LakeStats {
  return addStats([
    ...files.raw.map(({ rows, bytes, minUs, maxUs }) => ({
      ...NOTHING,
      rawRows: rows,
      rawFiles: 1,
      rawBytes: bytes,
      fromUs: minUs,
      toUs: maxUs,
    })),
    ...files.metrics.map(({ rows, bytes }) => ({
      ...NOTHING,
      windowRows: rows,
      windowFiles: 1,
      windowBytes: bytes,
    })),
  ]);
}

function pick(choose: (a: number, b: number) => number, a: number | null, b: number | null): number | null {
  if (a === null) return b;
  return b === null ? a : choose(a, b);
}
