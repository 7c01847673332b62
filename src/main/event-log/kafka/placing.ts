import { partitionOf } from '../../../shared/domain/partition';

/** The partition of a target, remembered, since it is asked for with every event; asked anew when the number of partitions changes. */
export function createPlacing(count: () => number): (targetId: string) => number {
  let known = new Map<string, number>();
  let knownFor = count();
  return (targetId) => {
    if (knownFor !== count()) {
      known = new Map();
      knownFor = count();
    }
    let partition = known.get(targetId);
    if (partition === undefined) {
      partition = partitionOf(targetId, knownFor);
      known.set(targetId, partition);
    }
    return partition;
  };
}
