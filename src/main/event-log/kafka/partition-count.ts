import type { ClusterView } from './cluster-watch';
import { kafkaProblemOf } from './kafka-problem';
import { partitionsNoted } from './partition-note';

/** How many partitions records are spread over. What is shipped by another number than the lake's is read by nobody. */
export interface PartitionCount {
  /** Null before it is known. */
  readonly value: number | null;
  /** Learns from a look at the cluster. @returns why it is not known yet; null when it is */
  hear(view: ClusterView): { untold: unknown } | null;
}

/**
 * @param ofLake what the lake counts on; null where there is no lake. Then the word of the aggregators counts, which they note
 * beside the group's offsets, and changes when the lake was repartitioned; where there is none, the topic's own number. A group
 * that cannot be asked is waited for, however long: probes are kept meanwhile. A user who may not see it never gets its word.
 */
export function createPartitionCount(ofLake: number | null): PartitionCount {
  let value = ofLake;

  const mayStillBeTold = ({ groupProblem }: ClusterView): boolean =>
    groupProblem !== null && kafkaProblemOf(groupProblem).kind !== 'permission';

  return {
    get value() {
      return value;
    },
    hear(view) {
      if (ofLake === null) value = partitionsNoted(view) ?? value;
      if (value === null && mayStillBeTold(view)) return { untold: view.groupProblem };
      value ??= view.shape.partitions;
      return null;
    },
  };
}
