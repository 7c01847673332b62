import { describe, expect, it } from 'vitest';
import type { ClusterView } from './cluster-watch';
import { partitionsNoted, partitionsToNote } from './partition-note';

const viewOf = (...notes: (string | null)[]): ClusterView => ({
  shape: { partitions: 6, replication: 1, clusterId: 'c' },
  offsets: new Map(),
  committed: new Map(notes.map((metadata, partition) => [partition, { offset: 1n, metadata }])),
  groupProblem: null,
  atUs: 0,
});

describe('the note beside committed offsets', () => {
  it('tells whoever has no lake how many partitions the lake counts on', () => {
    expect(partitionsNoted(viewOf(null, '', partitionsToNote(12)))).toBe(12);
  });

  it('tells nothing before anybody has noted it', () => {
    expect(partitionsNoted(viewOf())).toBeNull();
    expect(partitionsNoted(viewOf(null, ''))).toBeNull();
  });

  it.each(['uptimer partitions=0', 'uptimer partitions=', 'partitions=3', 'uptimer partitions=3x', 'x'])(
    'is not what others noted there: %s',
    (note) => {
      expect(partitionsNoted(viewOf(note))).toBeNull();
    },
  );
});
