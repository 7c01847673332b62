import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { countingRecords, type FetchedMessage, type FetchedPartition } from './fetched-records';

const message = (
  offset: number,
  of: { producer?: string; inTransaction?: boolean; control?: boolean } = {},
): FetchedMessage =>
  ({
    key: null,
    value: Buffer.from(String(offset)),
    timestamp: '0',
    attributes: 0,
    offset: String(offset),
    isControlRecord: of.control === true,
    batchContext: { producerId: of.producer ?? '-1', inTransaction: of.inTransaction === true },
  }) as FetchedMessage;
const tx = (offset: number, producer: string) => message(offset, { producer, inTransaction: true });
const marker = (offset: number, producer: string) =>
  message(offset, { producer, inTransaction: true, control: true });
const fetched = (
  messages: FetchedMessage[],
  aborted: [producerId: string, firstOffset: number][] = [],
): FetchedPartition => ({
  partition: 0,
  highWatermark: '1000',
  abortedTransactions: aborted.map(([producerId, first]) => ({ producerId, firstOffset: String(first) })),
  messages,
});
const offsetsOf = (of: FetchedPartition, from: number) =>
  countingRecords(of, BigInt(from)).records.map(({ offset }) => Number(offset));

describe('the records of a fetch that count', () => {
  it('are all of a plain response, as they are', () => {
    const messages = [message(4), message(5), message(6)];
    const { records, nextOffset } = countingRecords(fetched(messages), 4n);
    expect(records).toBe(messages);
    expect(nextOffset).toBe(7n);
  });

  it('are none where there is nothing, which moves nobody', () => {
    expect(countingRecords(fetched([]), 4n)).toEqual({ records: [], nextOffset: null });
  });

  it('end with their batch, also where compaction took its last records', () => {
    const of = (offset: number): FetchedMessage => {
      const one = message(offset);
      return { ...one, batchContext: { ...one.batchContext, firstOffset: '0', lastOffsetDelta: 4 } as never };
    };
    const compacted = fetched([of(0), of(2)]);
    expect(countingRecords(compacted, 0n)).toMatchObject({ nextOffset: 5n });
    expect(countingRecords(compacted, 3n)).toEqual({ records: [], nextOffset: 5n });
  });

  it('begin at the offset asked for, though a batch comes whole', () => {
    expect(offsetsOf(fetched([message(1), message(2), message(3), message(4)]), 3)).toEqual([3, 4]);
  });

  it('hold no markers, and the next fetch begins behind them', () => {
    const { records, nextOffset } = countingRecords(fetched([tx(1, 'a'), marker(2, 'a')]), 1n);
    expect(records.map(({ offset }) => offset)).toEqual(['1']);
    expect(nextOffset).toBe(3n);
    expect(countingRecords(fetched([marker(2, 'a')]), 2n)).toEqual({ records: [], nextOffset: 3n });
  });

  it('hold nothing of a transaction that was taken back, and all of the next one of the same producer', () => {
    const messages = [
      tx(1, 'a'),
      tx(2, 'b'),
      message(3),
      marker(4, 'a'),
      tx(5, 'a'),
      marker(6, 'b'),
      marker(7, 'a'),
      message(8, { producer: 'a' }),
    ];
    expect(offsetsOf(fetched(messages, [['a', 1]]), 1)).toEqual([2, 3, 5, 8]);
  });

  it('hold nothing of a transaction taken back that began before the response, nor of a second one', () => {
    const messages = [tx(10, 'a'), marker(11, 'a'), tx(12, 'a'), marker(13, 'a'), message(14)];
    expect(
      offsetsOf(
        fetched(messages, [
          ['a', 12],
          ['a', 2],
        ]),
        10,
      ),
    ).toEqual([14]);
  });

  it('hold what a producer wrote outside of transactions while one of it is open elsewhere', () => {
    expect(offsetsOf(fetched([message(1, { producer: 'a' }), tx(2, 'a')], [['a', 1]]), 1)).toEqual([1]);
  });

  it('agree with a log in which each producer commits or takes back, wherever fetches begin', () => {
    const step = fc.record({
      producer: fc.constantFrom('a', 'b', 'c'),
      kind: fc.constantFrom('plain', 'write', 'write', 'commit', 'abort'),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), fc.nat(40), (steps, start) => {
        const open = new Map<string, number[]>();
        const messages: FetchedMessage[] = [];
        const counting = new Set<number>();
        const aborted: { producer: string; first: number; last: number }[] = [];
        const end = (producer: string, isCommit: boolean): void => {
          const written = open.get(producer);
          if (written === undefined) return;
          const last = messages.length;
          messages.push(marker(last, producer));
          open.delete(producer);
          if (isCommit) for (const offset of written) counting.add(offset);
          else aborted.push({ producer, first: written[0] as number, last });
        };
        for (const { producer, kind } of steps) {
          if (kind === 'commit' || kind === 'abort') end(producer, kind === 'commit');
          else if (kind === 'plain') counting.add(messages.push(message(messages.length)) - 1);
          else {
            const offset = messages.push(tx(messages.length, producer)) - 1;
            open.set(producer, [...(open.get(producer) ?? []), offset]);
          }
        }
        for (const producer of [...open.keys()]) end(producer, true);
        // The broker names those that reach into the response.
        const listed = aborted
          .filter(({ last }) => last >= start)
          .map(({ producer, first }): [string, number] => [producer, first]);
        const expected = [...counting].filter((offset) => offset >= start).sort((a, b) => a - b);
        expect(offsetsOf(fetched(messages.slice(start), listed), start)).toEqual(expected);
      }),
    );
  });
});
