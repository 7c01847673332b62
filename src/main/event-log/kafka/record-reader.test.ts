import type { KafkaMessage } from 'kafkajs';
import { describe, expect, it } from 'vitest';
import type { ProbeEvent } from '../../../shared/domain/probe-event';
import { BASE_US, resultOf } from '../event-log-fixtures';
import { encodeRecord } from './probe-event-record';
import { createRecordReader } from './record-reader';

const NOW_US = BASE_US + 3_600_000_000;
const event = (seq: number, change: Partial<ProbeEvent> = {}): ProbeEvent => ({
  ...resultOf(seq),
  probe_id: 'home-0a1b2c3d',
  seq,
  late: false,
  ...change,
});
const message = (
  offset: number,
  of: ProbeEvent | string | null,
  timestamp = BASE_US / 1000,
): KafkaMessage => {
  const value = of === null ? null : typeof of === 'string' ? of : encodeRecord(of).value;
  return {
    key: Buffer.from('key'),
    value: value === null ? null : Buffer.from(value),
    timestamp: String(timestamp),
    attributes: 0,
    offset: String(offset),
  } as KafkaMessage;
};
const reader = createRecordReader({
  clock: { nowUs: () => NOW_US, monotonicMs: () => 0 },
  placeOf: (targetId) => (targetId === 'elsewhere' ? 1 : 0),
});
const read = (records: KafkaMessage[], from = 0, to = records.length) =>
  reader.read(0, { records, from, to });

describe('the reader of records', () => {
  it('gives the events of a part of the records, where each stands, and who wrote the last', () => {
    const records = [1, 2, 3, 4].map((seq) => message(seq * 10, event(seq)));
    const { events, offsetOf, last, refused } = read(records, 1, 3);
    expect(events).toEqual([event(2), event(3)]);
    expect([offsetOf(0), offsetOf(1)]).toEqual([20n, 30n]);
    expect(last).toEqual({ probe_id: 'home-0a1b2c3d', seq: 3 });
    expect(refused).toEqual([]);
  });

  it('sets aside what is no event with its content, and tells the offsets of those around it', () => {
    const { events, refused, offsetOf, last } = read([
      message(4, 'no json'),
      message(5, event(1)),
      message(7, null),
      message(9, event(2)),
    ]);
    expect(events.map(({ seq }) => seq)).toEqual([1, 2]);
    expect([offsetOf(0), offsetOf(1)]).toEqual([5n, 9n]);
    expect(refused).toMatchObject([
      { offset: 4n, reason: 'not_json', value: Buffer.from('no json'), appendedUs: BASE_US },
      { offset: 7n, reason: 'null_value', value: null },
    ]);
    expect(last).toEqual({ probe_id: 'home-0a1b2c3d', seq: 2 });
  });

  it('knows a last record that is no event by what it holds, and nobody where there is none', () => {
    const lastOf = (value: string | null) => read([message(1, event(1)), message(2, value)]).last;
    expect(lastOf('{}')).toEqual(lastOf('{}'));
    expect(lastOf('{}')).not.toEqual(lastOf('[]'));
    expect(lastOf(null)).not.toEqual(lastOf('[]'));
    expect(lastOf('{}')?.probe_id).toMatch(/^no event: [0-9a-f]{32}$/);
    expect(read([]).last).toBeNull();
  });

  it('sets aside what belongs to another partition, and says to which', () => {
    const { events, refused } = read([message(1, event(1, { target_id: 'elsewhere' }))]);
    expect(events).toEqual([]);
    expect(refused).toMatchObject([{ reason: 'wrong_partition' }]);
    expect(refused[0]?.detail).toContain('partition 1, not 0');
  });

  it('takes what lies up to a minute ahead of its appending, and sets aside what lies further', () => {
    const ahead = (us: number) =>
      read([message(1, event(1, { timestamp: BASE_US + us, started_at: BASE_US }))]).refused.map(
        ({ reason }) => reason,
      );
    expect(ahead(60_000_000)).toEqual([]);
    expect(ahead(60_000_001)).toEqual(['in_the_future']);
  });

  it('looks at the last instant that a gap stands for', () => {
    const gap = (until: number) =>
      read([
        message(
          1,
          event(1, { timestamp: BASE_US, outcome: 'missed', missed_count: 9, missed_until: BASE_US + until }),
        ),
      ]).refused.map(({ reason }) => reason);
    expect(gap(60_000_000)).toEqual([]);
    expect(gap(61_000_000)).toEqual(['in_the_future']);
  });

  it.each([
    ['ahead of now', NOW_US / 1000 + 3_600_000],
    ['beyond every calendar', 9_223_372_036_854_776_000],
    ['that is none', -1],
  ])('takes now for a time of appending %s', (_, timestamp) => {
    const soon = event(1, { timestamp: NOW_US + 60_000_000 });
    const tooSoon = event(2, { timestamp: NOW_US + 61_000_000 });
    const { events, refused } = read([message(1, soon, timestamp), message(2, tooSoon, timestamp)]);
    expect(events).toEqual([soon]);
    expect(refused).toMatchObject([{ offset: 2n, reason: 'in_the_future', appendedUs: NOW_US }]);
  });
});
