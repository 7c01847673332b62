import { AppError } from '../../shared/contract/app-error';
import { emptiedByDate } from './emptied-files';
import type { RawFile } from './lake-file';
import { rawPath } from './lake-file';
import { type LakeState, mustBeOpen } from './lake-state';
import { selectTail, type TailCut } from './memory-tails';
import { copyTo, ROW_GROUP_ROWS } from './parquet-writer';
import { flushQuarantine } from './quarantine-files';
import { rawSchema } from './raw-schema';
import { selectFirstRows } from './read-parquet';
import { DAY_US, startOfDate } from './sql-text';
import { replaceFiles } from './steady-files';
import { chooseTail } from './tail-policy';

/** One vector of DuckDB. */
const SMALLEST_GROUP_ROWS = 2048;

/** The rows of one UTC date that wait in memory. */
interface DateRows {
  date: string;
  rows: number;
  rowsByCut: Map<number, number>;
  minUs: number;
  maxUs: number;
  seqs: Record<string, [number, number]>;
}

/**
 * Makes everything appended before the call durable, one file per UTC date: the date's tail is replaced by itself plus
 * the new rows, or a new tail is begun. When it fails, the rows stay in memory and the next flush writes them.
 */
export async function flushRaw(state: LakeState): Promise<void> {
  const open = mustBeOpen(state);
  const { disk } = state;
  // Before anything is waited for: the caller's checkpoint stands for what was appended before the call, no row more.
  const cuts = open.tails.cut();
  const setAside = state.quarantine.cut();
  const temporaries: string[] = [];
  const written: { temporary: string; file: RawFile; sealed: RawFile | null; rows: DateRows }[] = [];
  try {
    await disk.syncFolders();
    await flushQuarantine(state, setAside);
    for (const rows of await countByDate(state, cuts)) {
      const emptied = emptiedByDate(state).get(rows.date) ?? 0;
      const { grown, sealed } = chooseTail(
        state.raw.all,
        { date: rows.date, newestUs: rows.maxUs, rows: rows.rows },
        { emptied, sealRows: state.sealRows },
      );
      const write = async (grows: boolean): Promise<void> => {
        const temporary = disk.temporary();
        temporaries.push(temporary);
        const base = grows ? grown : null;
        const select = selectRows(state, cuts, rows, base);
        // What does not fit with a tail that grows is written alone, in the smallest groups of rows there are.
        const groupRows = grows ? ROW_GROUP_ROWS.tail : SMALLEST_GROUP_ROWS;
        const bytes = await disk.write(temporary, () =>
          open.connection.run(copyTo(select, disk.absolute(temporary), groupRows)),
        );
        const path = base?.path ?? rawPath(disk.partition, rows.date, disk.newId());
        const file = growFile(base, path, rows, bytes, state.clock.nowUs());
        written.push({ temporary, file, sealed: grows ? sealed : (sealed ?? grown), rows });
      };
      await write(true).catch(async (error: unknown) => {
        if (!isOutOfMemory(error)) throw error;
        await disk.discard(temporaries.splice(-1));
        await write(false);
      });
    }
    const grownFiles = written.map(({ file }) => file);
    await replaceFiles(state, grownFiles, async () => {
      for (const { temporary, file, sealed, rows } of written) {
        await disk.rename(temporary, file.path);
        // The rows turn from rows in memory into rows in a file in one synchronous step.
        state.uncommitted = true;
        state.raw.change([], sealed === null ? [file] : [{ ...sealed, kind: 'segment' }, file]);
        open.tails.markFlushed(cuts, [rows.date], (cut) => rows.rowsByCut.get(cuts.indexOf(cut)) ?? 0);
      }
    });
    await disk.syncFolders();
    await open.tails.prepare();
  } catch (error) {
    await disk.discard(temporaries);
    await open.tails.prepare().catch(() => undefined);
    throw error;
  } finally {
    open.tails.unpin(cuts);
  }
}

/** The rows of one date that wait, behind those of the tail that grows by them. */
function selectRows(
  state: LakeState,
  cuts: readonly TailCut[],
  { date, rowsByCut }: DateRows,
  grown: RawFile | null,
): string {
  const fromUs = startOfDate(date);
  const selects = cuts
    .filter((_, index) => rowsByCut.has(index))
    .map((cut) => selectTail(cut, { fromUs, toUs: fromUs + DAY_US }));
  if (grown !== null)
    selects.unshift(selectFirstRows(state.disk.absolute(grown.path), rawSchema, grown.rows));
  return selects.join(' UNION ALL ');
}

/** DuckDB holds a group of rows in memory until it is whole: rows with very long texts may take more than it is given. */
function isOutOfMemory(error: unknown): boolean {
  return (
    error instanceof AppError &&
    error.cause instanceof Error &&
    error.cause.message.startsWith('Out of Memory')
  );
}

function growFile(
  tail: RawFile | null,
  path: string,
  added: DateRows,
  bytes: number,
  writtenUs: number,
): RawFile {
  const seqs: Record<string, readonly [number, number]> = { ...tail?.seqs };
  for (const [probe, [from, to]] of Object.entries(added.seqs)) {
    const known = seqs[probe] ?? [from, to];
    seqs[probe] = [Math.min(known[0], from), Math.max(known[1], to)];
  }
  return {
    path,
    date: added.date,
    kind: 'tail',
    rows: (tail?.rows ?? 0) + added.rows,
    bytes,
    minUs: Math.min(tail?.minUs ?? added.minUs, added.minUs),
    maxUs: Math.max(tail?.maxUs ?? added.maxUs, added.maxUs),
    seqs,
    writtenUs,
  };
}

async function countByDate(state: LakeState, cuts: readonly TailCut[]): Promise<DateRows[]> {
  if (cuts.length === 0) return [];
  const selects = cuts.map((cut, index) => `SELECT ${index} AS cut, * FROM (${selectTail(cut)})`);
  const result = await mustBeOpen(state).connection.runAndReadAll(`
    SELECT "timestamp"::DATE::VARCHAR, cut, probe_id, count(*)::DOUBLE,
           epoch_us(min("timestamp"))::DOUBLE, epoch_us(max(coalesce(missed_until, "timestamp")))::DOUBLE,
           min(seq)::DOUBLE, max(seq)::DOUBLE
    FROM (${selects.join(' UNION ALL ')}) GROUP BY 1, 2, 3 ORDER BY 1, 2, 3`);
  const dates = new Map<string, DateRows>();
  for (const row of result.getRowsJS()) {
    const [cut, count, minUs, maxUs, fromSeq, toSeq] = [1, 3, 4, 5, 6, 7].map((column) =>
      Number(row[column]),
    );
    if (cut === undefined || count === undefined || minUs === undefined) continue;
    if (maxUs === undefined || fromSeq === undefined || toSeq === undefined) continue;
    const date = String(row[0]);
    const probe = String(row[2]);
    const known: DateRows = dates.get(date) ?? {
      date,
      rows: 0,
      rowsByCut: new Map(),
      minUs,
      maxUs,
      seqs: {},
    };
    const seqs = known.seqs[probe] ?? [fromSeq, toSeq];
    known.seqs[probe] = [Math.min(seqs[0], fromSeq), Math.max(seqs[1], toSeq)];
    known.rowsByCut.set(cut, (known.rowsByCut.get(cut) ?? 0) + count);
    known.rows += count;
    known.minUs = Math.min(known.minUs, minUs);
    known.maxUs = Math.max(known.maxUs, maxUs);
    dates.set(date, known);
  }
  return [...dates.values()];
}
