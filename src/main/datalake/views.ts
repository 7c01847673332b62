import { AppError } from '../../shared/contract/app-error';
import { overlaps } from './lake-file';
import type { LakeState } from './lake-state';
import type { LakeViews } from './lake-view';
import { selectTail, tailOverlaps } from './memory-tails';
import { metricsSchema } from './metrics-schema';
import { rawSchema } from './raw-schema';
import { selectFiles, selectRawFiles } from './read-parquet';
import { SteadyFiles } from './steady-files';
import { emptyTable, type TableSchema } from './table-schema';

/** Consistent pictures of the lake for questions and exports. */
export function createViews(state: LakeState): LakeViews {
  return {
    async acquire() {
      const leave = await state.gate.enter();
      const open = state.open;
      if (open === null) {
        leave();
        throw closedLake();
      }
      // One synchronous step: a flush changes live files and tails in one step as well, so no row is missed or doubled.
      const tails = open.tails.pin();
      const rawFiles = state.raw.all;
      const metricsFiles = state.metrics.all;
      const windowRows = state.metrics.rows;
      const steady = new SteadyFiles(state);
      let released = false;
      return {
        raw(range) {
          const files = range === undefined ? rawFiles : rawFiles.filter((file) => overlaps(file, range));
          const cuts = range === undefined ? tails : tails.filter((cut) => tailOverlaps(cut, range));
          return union(rawSchema, [
            ...selectRawFiles(state.directory, rawSchema, steady.raw(files)),
            ...cuts.map((cut) => selectTail(cut)),
          ]);
        },
        windows(range) {
          const files =
            range === undefined ? metricsFiles : metricsFiles.filter((file) => overlaps(file, range));
          return union(metricsSchema, selectFiles(state.directory, metricsSchema, steady.metrics(files)));
        },
        windowRows,
        release() {
          if (released) return;
          released = true;
          steady.release();
          open.tails.unpin(tails);
          leave();
        },
      };
    },
    connect() {
      return state.open === null ? Promise.reject(closedLake()) : state.open.database.connect();
    },
    trim: () => state.open?.database.trim() ?? Promise.resolve(),
  };
}

function union(schema: TableSchema, selects: readonly string[]): string {
  return selects.length === 0 ? emptyTable(schema) : `(${selects.join(' UNION ALL ')})`;
}

function closedLake(): AppError {
  return new AppError('unavailable', 'The lake is closed.', { domain: 'internal', retry: 'backoff' });
}
