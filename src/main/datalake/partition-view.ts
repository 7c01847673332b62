import { overlaps, type RawFile } from './lake-file';
import type { LakeState } from './lake-state';
import { selectTail, tailOverlaps } from './memory-tails';
import { metricsSchema } from './metrics-schema';
import { rawSchema } from './raw-schema';
import { selectFiles, selectRawFiles } from './read-parquet';
import { closedLake } from './shared-lake';
import { SteadyFiles } from './steady-files';
import { emptyTable, type TableSchema } from './table-schema';

/** Half-open, µs. */
export interface InstantRange {
  fromUs: number;
  toUs: number;
}

/** One partition's part of a view: selects that together hold each of its rows once. */
export interface PartitionView {
  raw(range?: InstantRange): string[];
  windows(range?: InstantRange): string[];
  readonly windowRows: number;
  /** Idempotent. */
  release(): void;
}

export interface OwnPartitionView extends PartitionView {
  /** The rows of the files that `isWanted`, and those in memory. */
  rawOf(isWanted: (file: RawFile) => boolean): string[];
}

/**
 * What a partition that is open here holds, files and memory. In two steps, so that the parts of several partitions can be
 * taken in one: waiting for the gate, and taking the picture, which is null when the partition was closed meanwhile.
 */
export async function enterPartition(
  state: LakeState,
): Promise<{ take: () => OwnPartitionView | null; leave: () => void }> {
  const leave = await state.gate.enter();
  return { take: () => takePicture(state, leave), leave };
}

/** @throws AppError `unavailable` when the partition is closed */
export async function viewPartition(state: LakeState): Promise<OwnPartitionView> {
  const view = (await enterPartition(state)).take();
  if (view === null) throw closedLake();
  return view;
}

/** One synchronous step: a flush changes live files and tails in one step as well, so no row is missed or doubled. */
function takePicture(state: LakeState, leave: () => void): OwnPartitionView | null {
  const { open } = state;
  if (open === null) {
    leave();
    return null;
  }
  const tails = open.tails.pin();
  const rawFiles = state.raw.all;
  const metricsFiles = state.metrics.all;
  const steady = new SteadyFiles(state);
  let released = false;
  const selectRaw = (files: readonly RawFile[], cuts: typeof tails): string[] => [
    ...selectRawFiles(state.directory, rawSchema, steady.raw(files)),
    ...cuts.map((cut) => selectTail(cut)),
  ];
  return {
    raw: (range) =>
      selectRaw(
        range === undefined ? rawFiles : rawFiles.filter((file) => overlaps(file, range)),
        range === undefined ? tails : tails.filter((cut) => tailOverlaps(cut, range)),
      ),
    rawOf: (isWanted) => selectRaw(rawFiles.filter(isWanted), tails),
    windows(range) {
      const files = range === undefined ? metricsFiles : metricsFiles.filter((file) => overlaps(file, range));
      return selectFiles(state.directory, metricsSchema, steady.metrics(files));
    },
    windowRows: state.metrics.rows,
    release() {
      if (released) return;
      released = true;
      steady.release();
      open.tails.unpin(tails);
      leave();
    },
  };
}

/** A table expression of selects; without any one that has no rows. */
export function union(schema: TableSchema, selects: readonly string[]): string {
  return selects.length === 0 ? emptyTable(schema) : `(${selects.join(' UNION ALL ')})`;
}
