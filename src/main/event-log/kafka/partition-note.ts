import type { ClusterView } from './cluster-watch';

const NOTE = /^uptimer partitions=(\d+)$/;

/** What an aggregator notes beside its committed offsets: a prober without a lake learns there how records are spread. */
export function partitionsToNote(partitions: number): string {
  return `uptimer partitions=${partitions}`;
}

/** How many partitions the aggregators count on; null where none has noted it yet. */
export function partitionsNoted(view: ClusterView): number | null {
  for (const { metadata } of view.committed.values()) {
    const noted = NOTE.exec(metadata ?? '')?.[1];
    if (noted !== undefined && Number(noted) > 0) return Number(noted);
  }
  return null;
}
