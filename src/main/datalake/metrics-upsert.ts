import { type WindowRow, windowKeyOf } from '../../shared/domain/window-row';
import { type MetricsFile, metricsPath } from './lake-file';
import { type LakeState, mustBeOpen } from './lake-state';
import { metricsSchema } from './metrics-schema';
import { copyTo } from './parquet-writer';
import { selectFiles } from './read-parquet';
import { dateOf, HOUR_US, instant } from './sql-text';
import { StagingTable } from './staging-table';
import { replaceFiles } from './steady-files';
import { hourOf } from './tail-policy';
import { createWindowStager } from './window-staging';

/**
 * Makes windows durable, one file per date and hour of their start, each replaced by one rename. A window replaces the
 * one with its key; of several with one key in `rows` the last counts.
 */
export async function upsertWindows(state: LakeState, rows: readonly WindowRow[]): Promise<void> {
  if (rows.length === 0) return;
  const { disk } = state;
  const { connection } = mustBeOpen(state);
  const byKey = new Map(rows.map((row) => [windowKeyOf(row), row]));
  await disk.syncFolders();
  const name = `incoming_windows_${state.shared.nextTable()}`;
  const staged = await StagingTable.create(connection, name, metricsSchema);
  const temporaries: string[] = [];
  try {
    const put = createWindowStager(staged);
    const hours = new Map<number, { minUs: number; maxUs: number }>();
    for (const row of byKey.values()) {
      put(row);
      const hour = hourOf(row.start_time);
      const known = hours.get(hour);
      hours.set(hour, {
        minUs: Math.min(known?.minUs ?? row.start_time, row.start_time),
        maxUs: Math.max(known?.maxUs ?? row.end_time - 1, row.end_time - 1),
      });
    }
    staged.materialise();
    await connection.run(`CREATE TEMP TABLE incoming AS ${staged.select(staged.rows)}`);
    const written: { temporary: string; file: MetricsFile }[] = [];
    for (const [hour, span] of [...hours].sort(([a], [b]) => a - b)) {
      const temporary = disk.temporary();
      temporaries.push(temporary);
      written.push({ temporary, file: await writeHour(state, hour, span, temporary) });
    }
    for (const { file } of written) await keepCommitted(state, file.path);
    await disk.syncFolders();
    const replaced = written.flatMap(({ file }) => state.metrics.find(file.path) ?? []);
    await replaceFiles(state, replaced, async () => {
      for (const { temporary, file } of written) {
        await disk.rename(temporary, file.path);
        // The name may have been emptied by the last start: now it is live again and must not be removed.
        state.emptied.delete(file.path);
        state.uncommitted = true;
        state.newestWindowUs = Math.max(state.newestWindowUs, file.maxUs);
        state.metrics.change([], [file]);
      }
    });
    await disk.syncFolders();
  } catch (error) {
    await disk.discard(temporaries);
    throw error;
  } finally {
    await connection.run('DROP TABLE IF EXISTS incoming');
    await staged.drop(connection);
  }
}

async function writeHour(
  state: LakeState,
  hour: number,
  span: { minUs: number; maxUs: number },
  temporary: string,
): Promise<MetricsFile> {
  const { connection } = mustBeOpen(state);
  const { disk } = state;
  const fromUs = hour * HOUR_US;
  const date = dateOf(fromUs);
  const path = metricsPath(disk.partition, date, hour % 24);
  const old = state.metrics.find(path);
  const added = `SELECT * FROM incoming WHERE start_time >= ${instant(fromUs)} AND start_time < ${instant(fromUs + HOUR_US)}`;
  const kept = selectFiles(state.directory, metricsSchema, old === undefined ? [] : [old]).map(
    (select) =>
      `SELECT old.* FROM (${select}) old ANTI JOIN (${added}) USING (target_id, probe_id, start_time)`,
  );
  const select = `SELECT * FROM (${[...kept, added].join(' UNION ALL ')}) ORDER BY start_time, target_id, probe_id`;
  let rows = 0;
  const bytes = await disk.write(temporary, async () => {
    rows = (await connection.run(copyTo(select, disk.absolute(temporary)))).rowsChanged;
  });
  return {
    path,
    date,
    hour: hour % 24,
    rows,
    bytes,
    minUs: Math.min(old?.minUs ?? span.minUs, span.minUs),
    maxUs: Math.max(old?.maxUs ?? span.maxUs, span.maxUs),
  };
}

/** Keeps the file as the checkpoint knows it until the next commit, so that a start after a crash can go back to it. */
async function keepCommitted(state: LakeState, path: string): Promise<void> {
  const file = state.metrics.find(path);
  if (file === undefined || state.undo.has(path)) return;
  const kept = `${state.disk.checkpoints}/undo/${state.serial}-${file.date}-h${file.hour}.parquet`;
  await state.disk.keep(path, kept);
  state.undo.set(path, kept);
}
