import { describe, expect, it } from 'vitest';
import type { ClusterView } from './cluster-watch';
import { createPartitionCount } from './partition-count';
import { partitionsToNote } from './partition-note';

const TOPICS_OWN = 6;
const away = Object.assign(new Error('none'), { name: 'KafkaJSGroupCoordinatorNotFound' });
const forbidden = Object.assign(new Error('no'), { type: 'GROUP_AUTHORIZATION_FAILED' });

const viewOf = (noted: number | null, groupProblem: unknown = null): ClusterView => ({
  shape: { partitions: TOPICS_OWN, replication: 1, clusterId: 'c' },
  offsets: new Map(),
  committed: new Map(noted === null ? [] : [[0, { offset: 1n, metadata: partitionsToNote(noted) }] as const]),
  groupProblem,
  atUs: 0,
});

describe('the number of partitions that records are spread over', () => {
  it("is the lake's where there is one, whatever others say", () => {
    const count = createPartitionCount(3);
    expect(count.hear(viewOf(12))).toBeNull();
    expect(count.value).toBe(3);
  });

  it("is the aggregators' word without a lake, also when that changes", () => {
    const count = createPartitionCount(null);
    count.hear(viewOf(3));
    expect(count.value).toBe(3);
    count.hear(viewOf(12));
    expect(count.value).toBe(12);
    count.hear(viewOf(null));
    expect(count.value).toBe(12);
  });

  it("is the topic's own where the group has no word", () => {
    const count = createPartitionCount(null);
    expect(count.hear(viewOf(null))).toBeNull();
    expect(count.value).toBe(TOPICS_OWN);
  });

  it('is not guessed while the group cannot be asked, however long that takes', () => {
    const count = createPartitionCount(null);
    for (let looks = 0; looks < 1_000; looks += 1) {
      expect(count.hear(viewOf(null, away))).toEqual({ untold: away });
      expect(count.value).toBeNull();
    }
    expect(count.hear(viewOf(3))).toBeNull();
    expect(count.value).toBe(3);
  });

  it("is the topic's own for a user who may not see the group", () => {
    const count = createPartitionCount(null);
    expect(count.hear(viewOf(null, forbidden))).toBeNull();
    expect(count.value).toBe(TOPICS_OWN);
  });
});
