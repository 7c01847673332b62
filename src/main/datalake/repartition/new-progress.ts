import type { Progress } from '../lake';
import type { RawFile } from '../lake-file';

/** Breaches that are remembered, as a stream job does. */
const KEPT_LOST = 20;

/** Where the new partitions begin in a log of several: `kafka:<cluster id>:<topic>` and the first offset that is kept. */
export interface TopicStart {
  source: string;
  /** By partition, decimal text. */
  firstOffsets: ReadonlyMap<number, string>;
}

/**
 * What the stream jobs of the new partitions go on from. All records below the old places are in the lake, so:
 * - a partition that was there before goes on where it stood in a topic; one that comes new begins at the beginning
 * - places in the embedded log are left out: they follow from `lastSeq`, the highest number that now stands in the partition
 * - what was set aside and lost stays with its partition, and goes to the first one where that is no more
 */
export function spreadProgress<Snapshot>(options: {
  old: readonly (Progress<Snapshot> | null)[];
  /** By new partition. */
  snapshots: readonly Snapshot[];
  raw: readonly (readonly RawFile[])[];
  topic: TopicStart | null;
}): Progress<Snapshot>[] {
  const { old, raw, topic } = options;
  const count = options.snapshots.length;
  return options.snapshots.map((aggregator, partition) => {
    const own = old[partition] ?? null;
    const kept = partition === 0 ? [own, ...old.slice(count)] : [own];
    const told = kept.filter((progress) => progress !== null);
    return {
      places: partition < old.length ? topicPlaces(own) : firstPlace(topic, partition),
      lastSeq: highestOf(raw[partition] ?? []),
      aggregator,
      quarantined: told.map(({ quarantined }) => quarantined).reduce(addQuarantined, {}),
      lost: told
        .flatMap(({ lost }) => lost)
        .sort((a, b) => a.atUs - b.atUs)
        .slice(-KEPT_LOST),
    };
  });
}

/**
 * Whether every prober's embedded log was read equally far by all partitions, or at least as far as any row of it goes. Only
 * then does `lastSeq` tell a partition with rows of several old ones where to go on.
 */
export function isReadEvenly(
  partitions: readonly { progress: Progress | null; raw: readonly RawFile[] }[],
): boolean {
  const sources = new Set(partitions.flatMap(({ progress }) => Object.keys(progress?.places ?? {})));
  const highest = highestOf(partitions.flatMap(({ raw }) => raw));
  for (const source of sources) {
    if (!source.startsWith('embedded:')) continue;
    const offsets = partitions.map(({ progress }) => Number(progress?.places[source]?.nextOffset ?? 0));
    const [least, most] = [Math.min(...offsets), Math.max(...offsets)];
    if (least < most && least <= (highest[source.slice('embedded:'.length)] ?? 0)) return false;
  }
  return true;
}

function highestOf(files: readonly RawFile[]): Record<string, number> {
  const highest: Record<string, number> = {};
  for (const { seqs } of files) {
    for (const [probe, [, to]] of Object.entries(seqs)) highest[probe] = Math.max(highest[probe] ?? 0, to);
  }
  return highest;
}

function topicPlaces(progress: Progress | null): Progress['places'] {
  const places = Object.entries(progress?.places ?? {});
  return Object.fromEntries(places.filter(([source]) => source.startsWith('kafka:')));
}

function firstPlace(topic: TopicStart | null, partition: number): Progress['places'] {
  const nextOffset = topic?.firstOffsets.get(partition);
  return topic === null || nextOffset === undefined
    ? {}
    : { [topic.source]: { nextOffset, lastRecord: null } };
}

function addQuarantined(
  sum: Progress['quarantined'],
  more: Progress['quarantined'],
): Progress['quarantined'] {
  const all = { ...sum };
  for (const [name, one] of Object.entries(more)) {
    const reason = name as keyof Progress['quarantined'];
    const known = all[reason];
    const last = known === undefined || one.atUs >= known.atUs ? one : known;
    all[reason] = { ...last, count: one.count + (known?.count ?? 0) };
  }
  return all;
}
