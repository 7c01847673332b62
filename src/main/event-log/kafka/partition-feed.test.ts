import fc from 'fast-check';
import type { KafkaMessage } from 'kafkajs';
import { describe, expect, it } from 'vitest';
import type { LogBreach } from '../event-log';
import { PartitionFeed } from './partition-feed';

const record = (offset: number, bytes = 10): KafkaMessage =>
  ({
    key: null,
    value: Buffer.alloc(bytes),
    timestamp: '0',
    attributes: 0,
    offset: String(offset),
  }) as KafkaMessage;
const records = (from: number, to: number) =>
  Array.from({ length: to - from }, (_, index) => record(from + index));
const LAST = { probe_id: 'home-0a1b2c3d', seq: 9 };

function takeAll(feed: PartitionFeed, max: number): { offsets: number[]; breaches: LogBreach[] } {
  const offsets: number[] = [];
  const breaches: LogBreach[] = [];
  while (!feed.isEmpty) {
    const taken = feed.take(max);
    for (const { offset } of taken.records.slice(taken.from, taken.to)) offsets.push(Number(offset));
    if (taken.breach !== null) breaches.push(taken.breach);
    expect(feed.nextOffset).toBe(taken.nextOffset);
  }
  return { offsets, breaches };
}

describe('the feed of a partition', () => {
  it('asks for the record before its place again, where that is known', () => {
    expect(new PartitionFeed(0, { nextOffset: 5n, last: LAST }).fetchOffset).toBe(4n);
    expect(new PartitionFeed(0, { nextOffset: 5n, last: null }).fetchOffset).toBe(5n);
    expect(new PartitionFeed(0, { nextOffset: 0n, last: LAST }).expected).toBeNull();
  });

  it('gives records in order, some at a time, and stands behind what it gave', () => {
    const feed = new PartitionFeed(0, { nextOffset: 0n, last: null });
    feed.push([record(0), record(3), record(4)], 7n);
    expect(feed.take(1)).toMatchObject({ from: 0, to: 1, nextOffset: 3n });
    expect(feed.nextOffset).toBe(3n);
    // What follows the last record, and does not count, is passed with it.
    expect(feed.take(10)).toMatchObject({ from: 1, to: 3, nextOffset: 7n });
    expect(feed.isEmpty).toBe(true);
    expect(feed.take(10)).toMatchObject({ records: [], nextOffset: 7n, breach: null });
  });

  it('begins again where the reader stands, and forgets what was fetched', () => {
    const feed = new PartitionFeed(0, { nextOffset: 0n, last: null });
    feed.push(records(0, 10), 10n);
    feed.take(4);
    feed.remember(LAST);
    feed.restart();
    expect(feed.isEmpty).toBe(true);
    expect(feed.fetchOffset).toBe(3n);
    expect(feed.expected).toEqual({ nextOffset: 4n, last: LAST });
  });

  it('tells of what is lost when everything before was taken, and only of that', () => {
    const feed = new PartitionFeed(0, { nextOffset: 0n, last: null });
    feed.push(records(0, 3), 3n);
    feed.take(1);
    feed.jump('lost', 8n);
    feed.push(records(8, 10), 10n);
    expect(feed.nextOffset).toBe(1n);
    expect(takeAll(feed, 100)).toEqual({
      offsets: [1, 2, 8, 9],
      breaches: [{ kind: 'lost', from: 3n, to: 8n }],
    });
  });

  it('begins what is lost at its place, not at the record that was to be seen again', () => {
    const feed = new PartitionFeed(0, { nextOffset: 5n, last: LAST });
    feed.jump('lost', 9n);
    expect(feed.expected).toBeNull();
    expect(takeAll(feed, 100).breaches).toEqual([{ kind: 'lost', from: 5n, to: 9n }]);
    expect(feed.nextOffset).toBe(9n);
  });

  it('goes to the beginning of another log', () => {
    const feed = new PartitionFeed(0, { nextOffset: 5n, last: LAST });
    feed.jump('other_log', 0n);
    feed.push(records(0, 2), 2n);
    expect(takeAll(feed, 100)).toEqual({
      offsets: [0, 1],
      breaches: [{ kind: 'other_log', from: 5n, to: 0n }],
    });
  });

  it('gives about a megabyte at once, and one record however large it is', () => {
    const feed = new PartitionFeed(0, { nextOffset: 0n, last: null });
    feed.push([record(0, 900_000), record(1, 400_000), record(2, 5_000_000), record(3, 10)], 4n);
    const ends = [];
    while (!feed.isEmpty) ends.push(feed.take(100).to);
    expect(ends).toEqual([2, 3, 4]);
  });

  it('has no room for too many records, nor for too many bytes, until some were taken', () => {
    const many = new PartitionFeed(0, { nextOffset: 0n, last: null });
    many.push(records(0, 2_000), 2_000n);
    expect(many.hasRoom).toBe(false);
    many.take(1);
    expect(many.hasRoom).toBe(true);
    const large = new PartitionFeed(0, { nextOffset: 0n, last: null });
    large.push([record(0, 5_000_000), record(1, 5_000_000)], 2n);
    expect(large.hasRoom).toBe(false);
    large.take(1);
    expect(large.hasRoom).toBe(true);
    large.restart();
    expect(large.hasRoom).toBe(true);
  });

  it('wakes a reader when something can be taken, and lets it go when there is nothing', async () => {
    const feed = new PartitionFeed(0, { nextOffset: 0n, last: null });
    const waiting = feed.wait(60_000);
    feed.push(records(0, 1), 1n);
    await waiting;
    await feed.wait(60_000);
    feed.take(1);
    const idle = feed.wait(60_000);
    feed.wake();
    await idle;
    await feed.wait(1);
  });

  it('gives every record once and in order, however it is filled, taken and begun again', () => {
    const step = fc.oneof(
      fc.record({ kind: fc.constant('push' as const), gap: fc.nat(2), count: fc.nat(6), after: fc.nat(2) }),
      fc.record({ kind: fc.constant('take' as const), max: fc.integer({ min: 1, max: 5 }) }),
      fc.record({ kind: fc.constant('restart' as const) }),
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
        const feed = new PartitionFeed(0, { nextOffset: 0n, last: null });
        const log: number[] = [];
        const seen: number[] = [];
        let end = 0;
        const take = (max: number): void => {
          const { records: all, from, to } = feed.take(max);
          seen.push(...all.slice(from, to).map(({ offset }) => Number(offset)));
        };
        for (const one of steps) {
          if (one.kind === 'take') take(one.max);
          else if (one.kind === 'push') {
            const first = end + one.gap;
            log.push(...Array.from({ length: one.count }, (_, index) => first + index));
            end = first + one.count + one.after;
          } else feed.restart();
          // The fetcher brings whatever is missing.
          const missing = log.filter((offset) => BigInt(offset) >= feed.fetchOffset);
          if (BigInt(end) > feed.fetchOffset)
            feed.push(
              missing.map((offset) => record(offset)),
              BigInt(end),
            );
        }
        while (!feed.isEmpty) take(7);
        expect(seen).toEqual(log);
      }),
    );
  });
});
