import { copyFile, readdir, writeFile } from 'node:fs/promises';
import type { DuckDBConnection } from '@duckdb/node-api';
import { encodeCheckpoint } from '../checkpoint';
import type { Progress } from '../lake';
import { DESCRIPTION_PATH, encodeDescription } from '../lake-description';
import type { LakeDisk } from '../lake-disk';
import { type MetricsFile, partitionText, type RawFile } from '../lake-file';
import type { LakeState } from '../lake-state';
import { metricsSchema } from '../metrics-schema';
import { copyTo } from '../parquet-writer';
import { highestQuarantineSerial } from '../quarantine-files';
import { rawSchema } from '../raw-schema';
import { emptyTable, type TableSchema } from '../table-schema';
import { spreadProgress, type TopicStart } from './new-progress';
import type { OldPartition } from './old-partitions';
import type { RepartitionIntent, RepartitionStep } from './repartition-intent';
import { nameOf, placeTargets, spreadRaw, spreadWindows, type WrittenFile } from './spread-rows';

export interface NewLakeParts<Snapshot> {
  disk: LakeDisk;
  connection: DuckDBConnection;
  old: readonly OldPartition<Snapshot>[];
  /** By new partition. */
  snapshots: readonly Snapshot[];
  /** Of the lake. */
  id: string;
  run: {
    to: number;
    topic: TopicStart | null;
    onProgress: (progress: { phase: 'write'; done: number; of: number }) => void;
  };
}

/**
 * Writes all that the lake will be into the epoch directory, durable, also what the swap needs on the way: once the intent is
 * there, a full disk stops nothing.
 * @returns the intent, which is not durable yet
 */
export async function writeNewLake<Snapshot>(parts: NewLakeParts<Snapshot>): Promise<RepartitionIntent> {
  const { disk, old, run } = parts;
  const states = old.map(({ state }) => state);
  const { raw, metrics } = await writeTables(parts);
  const serials = states.map(({ serial }) => serial);
  const quarantined = await Promise.all(states.map(highestQuarantineSerial));
  // Above all that were given: quarantine files name the checkpoint that counts on them.
  const serial = Math.max(...serials, ...quarantined) + 1;
  const checkpoints = await writeCheckpoints(parts, { raw, metrics, serial });
  const description = await writeText(disk, encodeDescription({ id: parts.id, partitions: run.to }));
  const oldPaths = states.flatMap(({ raw, metrics }) => [...raw.all, ...metrics.all].map(({ path }) => path));
  const placed = [...raw, ...metrics].map(({ name, file }) => place(name, file.path));
  const newPaths = new Set(placed.map(({ to }) => to));
  const blanks = await writeBlanks(parts, oldPaths);
  const unused = [
    ...oldPaths.filter((path) => !newPaths.has(path)),
    ...(await unusedCheckpoints(disk, states, run.to)),
  ];
  return {
    from: old.length,
    to: run.to,
    serials,
    serial,
    // A reader of the folders that has listed an old file finds it empty before any new one appears.
    phases: [
      blanks,
      placed,
      checkpoints,
      [place(description, DESCRIPTION_PATH)],
      unused.map((path) => ({ kind: 'remove' as const, path })),
    ],
  };
}

function place(name: string, to: string): RepartitionStep & { kind: 'place' } {
  return { kind: 'place', name, to };
}

async function writeTables<Snapshot>(
  parts: NewLakeParts<Snapshot>,
): Promise<{ raw: WrittenFile<RawFile>[]; metrics: WrittenFile<MetricsFile>[] }> {
  const { run, old } = parts;
  const files = {
    raw: old.flatMap(({ state }) => state.raw.all),
    metrics: old.flatMap(({ state }) => state.metrics.all),
  };
  const of = [...files.raw, ...files.metrics].reduce((sum, { rows }) => sum + rows, 0);
  let done = 0;
  const spreading = {
    ...parts,
    to: run.to,
    onRows: (rows: number) => {
      done += rows;
      run.onProgress({ phase: 'write', done, of });
    },
  };
  await placeTargets(spreading, files);
  const raw: WrittenFile<RawFile>[] = [];
  for (const [date, ofDate] of groupBy(files.raw, ({ date }) => date)) {
    raw.push(...(await spreadRaw(spreading, date, ofDate)));
  }
  const metrics: WrittenFile<MetricsFile>[] = [];
  for (const [, ofHour] of groupBy(files.metrics, ({ date, hour }) => `${date} ${hour}`)) {
    const [first] = ofHour;
    if (first !== undefined) metrics.push(...(await spreadWindows(spreading, first, ofHour)));
  }
  return { raw, metrics };
}

async function writeCheckpoints<Snapshot>(
  { disk, old, snapshots, run }: NewLakeParts<Snapshot>,
  made: { raw: WrittenFile<RawFile>[]; metrics: WrittenFile<MetricsFile>[]; serial: number },
): Promise<RepartitionStep[]> {
  const raw = snapshots.map((_, number) => ofPartition(made.raw, number));
  const metrics = snapshots.map((_, number) => ofPartition(made.metrics, number));
  const known = old.map(({ progress }) => progress);
  const isNew = known.every((progress) => progress === null);
  const spread: (Progress<Snapshot> | null)[] = isNew
    ? snapshots.map(() => null)
    : spreadProgress({ old: known, snapshots, raw, topic: run.topic });
  const dirty = old.flatMap((partition) => partition.dirty);
  const steps: RepartitionStep[] = [];
  for (const [partition, progress] of spread.entries()) {
    const text = encodeCheckpoint({
      serial: made.serial,
      partition,
      epoch: old[partition]?.state.disk.epochNumber ?? 0,
      progress,
      dirty,
      raw: raw[partition] ?? [],
      metrics: metrics[partition] ?? [],
      archive: null,
    });
    const folder = `checkpoints/${partitionText(partition)}`;
    // The one before must not be gone back to: its files are no more.
    steps.push(place(await writeText(disk, text), `${folder}/checkpoint.prev.json`));
    steps.push(place(await writeText(disk, text), `${folder}/checkpoint.json`));
  }
  return steps;
}

function ofPartition<F>(written: readonly WrittenFile<F>[], partition: number): F[] {
  return written.filter((one) => one.partition === partition).map(({ file }) => file);
}

/** For each of the paths a file of its table without rows. */
async function writeBlanks<Snapshot>(
  { disk, connection }: NewLakeParts<Snapshot>,
  paths: readonly string[],
): Promise<RepartitionStep[]> {
  const steps: RepartitionStep[] = [];
  const first = new Map<TableSchema, string>();
  for (const path of paths) {
    const schema = path.startsWith(rawSchema.table) ? rawSchema : metricsSchema;
    const blank = disk.temporary();
    const known = first.get(schema);
    await disk.write(blank, () =>
      known === undefined
        ? connection.run(copyTo(`SELECT * FROM ${emptyTable(schema)}`, disk.absolute(blank)))
        : copyFile(disk.absolute(known), disk.absolute(blank)),
    );
    first.set(schema, known ?? blank);
    steps.push(place(nameOf(blank), path));
  }
  return steps;
}

/** Archives of old checkpoints, and the checkpoints of partitions that will be no more. Their epochs stay. */
async function unusedCheckpoints(
  disk: LakeDisk,
  states: readonly LakeState[],
  to: number,
): Promise<string[]> {
  const unused: string[] = [];
  for (const [partition, state] of states.entries()) {
    const { checkpoints } = state.disk;
    const names = await readdir(disk.absolute(checkpoints));
    const gone = partition < to ? /^archive-\d+\.json$/ : /^(archive-\d+|checkpoint|checkpoint\.prev)\.json$/;
    unused.push(...names.filter((name) => gone.test(name)).map((name) => `${checkpoints}/${name}`));
  }
  return unused;
}

/** @returns its name in the epoch directory */
async function writeText(disk: LakeDisk, text: string): Promise<string> {
  const path = disk.temporary('json');
  await disk.write(path, () => writeFile(disk.absolute(path), text, { flag: 'wx' }));
  return nameOf(path);
}

function groupBy<T>(all: readonly T[], keyOf: (one: T) => string): [string, T[]][] {
  const groups = new Map<string, T[]>();
  for (const one of all) groups.set(keyOf(one), [...(groups.get(keyOf(one)) ?? []), one]);
  return [...groups].sort(([a], [b]) => (a < b ? -1 : 1));
}
