import { describe, expect, it } from 'vitest';
import { eventOf } from '../datalake/lake-fixtures';
import { progressSchema } from '../datalake/progress';
import { createAggregator } from '../windowing/create-aggregator';
import { StreamProgress } from './stream-progress';

const snapshot = createAggregator({ windowMs: 60_000, watermarkMs: 60_000 }).snapshot();
const empty = () => new StreamProgress({ progress: null, lastSeq: {} });

describe('the progress of a stream', () => {
  it('comes back from a checkpoint as it went in', () => {
    const before = empty();
    before.move('kafka:c:t', 2n ** 60n, { probe_id: 'p', seq: 8 });
    before.move('embedded:p', 4n, null);
    before.sawAll([eventOf(8, { probe_id: 'p' })]);
    before.refused('not_json', 2, '17', 5_000);
    before.refused('not_json', 2, '19', 6_000);
    before.lose({ kind: 'lost', from: 3n, to: 10n }, 7_000);
    const stored = progressSchema.parse(JSON.parse(JSON.stringify(before.snapshot(snapshot))));
    const after = new StreamProgress({
      progress: { ...stored, aggregator: snapshot },
      lastSeq: stored.lastSeq,
    });
    expect(after.placeIn('kafka:c:t')).toEqual({ nextOffset: 2n ** 60n, last: { probe_id: 'p', seq: 8 } });
    expect(after.placeIn('elsewhere')).toBeNull();
    expect(after.sources).toEqual(['kafka:c:t', 'embedded:p']);
    expect(after.quarantined).toEqual({ not_json: { count: 2, partition: 2, offset: '19', atUs: 6_000 } });
    expect(after.lost).toEqual([{ fromOffset: '3', toOffset: '10', count: 7, atUs: 7_000 }]);
    expect(after.snapshot(snapshot)).toEqual(before.snapshot(snapshot));
  });

  it('keeps the highest number of each prober, in whatever order they come', () => {
    const progress = new StreamProgress({ progress: null, lastSeq: { a: 5 } });
    progress.sawAll([
      eventOf(3, { probe_id: 'a' }),
      eventOf(9, { probe_id: 'b' }),
      eventOf(7, { probe_id: 'a' }),
      eventOf(2, { probe_id: 'b' }),
    ]);
    progress.sawAll([]);
    expect(Object.fromEntries(progress.lastSeq)).toEqual({ a: 7, b: 9 });
  });

  it('gives a snapshot that later changes do not touch', () => {
    const progress = empty();
    progress.move('s', 1n, null);
    const stand = progress.snapshot(snapshot);
    const text = JSON.stringify(stand);
    progress.move('s', 2n, null);
    progress.sawAll([eventOf(4)]);
    progress.refused('invalid', 0, '1', 1);
    progress.lose({ kind: 'lost', from: 0n, to: 1n }, 1);
    expect(JSON.stringify(stand)).toBe(text);
  });

  it('counts nothing as lost where another log stands behind the name', () => {
    const progress = empty();
    progress.lose({ kind: 'other_log', from: 100n, to: 0n }, 1);
    expect(progress.lost).toEqual([]);
    expect(progressSchema.safeParse(progress.snapshot(snapshot)).success).toBe(true);
  });

  it('remembers the last twenty losses', () => {
    const progress = empty();
    for (let at = 0n; at < 25n; at += 1n) progress.lose({ kind: 'lost', from: at, to: at + 1n }, 1);
    expect(progress.lost).toHaveLength(20);
    expect(progress.lost.at(-1)?.fromOffset).toBe('24');
  });
});
