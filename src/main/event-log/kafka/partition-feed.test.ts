import { describe, expect, it } from 'vitest';
import { PartitionFeed } from './partition-feed';

const LAST = { probe_id: 'office-0a1b2c3d', seq: 7 };
const message = (offset: number) => ({
  ...{ key: null, value: null, timestamp: '0', attributes: 0, headers: {} },
  offset: String(offset),
});

describe('the feed of a partition', () => {
  it('asks for the last record again, so that another log behind the same name is noticed', () => {
    const feed = new PartitionFeed(0, { nextOffset: 12n, last: LAST });
    expect([feed.fetchOffset, feed.nextOffset]).toEqual([11n, 12n]);
  });

  it('leaves its reader where it stands until it has taken the breach, and goes on behind it', () => {
    const feed = new PartitionFeed(0, { nextOffset: 12n, last: LAST });
    feed.jump('other_log', 0n);
    expect([feed.nextOffset, feed.fetchOffset, feed.isEmpty]).toEqual([12n, 0n, false]);
    feed.push([message(0), message(1)], 2n);
    const taken = feed.take(1);
    expect(taken).toMatchObject({ breach: { kind: 'other_log', from: 12n, to: 0n }, nextOffset: 1n });
    expect(feed.nextOffset).toBe(1n);
    expect(feed.take(10)).toMatchObject({ breach: null, nextOffset: 2n });
  });

  it('tells one breach where it met two before its reader looked', () => {
    const feed = new PartitionFeed(0, { nextOffset: 12n, last: null });
    feed.jump('lost', 20n);
    feed.jump('lost', 30n);
    expect(feed.take(10)).toMatchObject({ breach: { kind: 'lost', from: 12n, to: 30n }, nextOffset: 30n });
  });
});
