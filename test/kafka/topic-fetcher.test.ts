import { randomUUID } from 'node:crypto';
import type { Producer } from 'kafkajs';
import { afterEach, beforeEach, describe, expect, inject, it } from 'vitest';
import type { LogBreach, LogPlace } from '../../src/main/event-log/event-log';
import { decodeRecord, encodeRecord, isPoison } from '../../src/main/event-log/kafka/probe-event-record';
import { recordIdentityOf } from '../../src/main/event-log/kafka/record-identity';
import { createTopicFetcher, type TopicFetcher } from '../../src/main/event-log/kafka/topic-fetcher';
import { systemClock } from '../../src/main/platform/clock';
import { createLogger } from '../../src/main/platform/logger';
import type { ProbeEvent } from '../../src/shared/domain/probe-event';
import { eventually } from '../support/eventually';
import { startKafka } from '../support/kafka/start-kafka';
import { clientOf, createTopic } from './support';

const shared = inject('kafka');
const jvm = inject('kafkaJvm');

const eventOf = (seq: number, probe_id = 'home-0a1b2c3d'): ProbeEvent => ({
  timestamp: 1_768_000_000_000_000 + seq * 1_000_000,
  started_at: 1_768_000_000_000_000 + seq * 1_000_000,
  target_id: 'shop',
  url: 'https://shop.example/',
  probe_id,
  seq,
  outcome: 'up',
  status_code: 200,
  latency_ms: 12.34,
  dns_ms: null,
  connect_ms: null,
  tls_ms: null,
  ttfb_ms: null,
  transfer_ms: null,
  failure_phase: null,
  failure_code: null,
  failure_detail: null,
  attempt: 1,
  is_final_attempt: true,
  remote_ip: null,
  http_version: null,
  response_bytes: null,
  missed_count: null,
  missed_until: null,
  late: false,
  config_version: 1,
});
const range = (from: number, to: number) => Array.from({ length: to - from }, (_, index) => from + index);

/** Reads partition 0 through the feed as the topic's reader does, and notes what it met. */
function createFeedReader(fetcher: TopicFetcher, place: LogPlace) {
  fetcher.feed(0, place);
  const seqs: number[] = [];
  const breaches: LogBreach[] = [];
  let next = place.nextOffset;
  return {
    seqs,
    breaches,
    get next() {
      return next;
    },
    /** Up to `max` records, once. */
    take(max = 1000): void {
      const feed = fetcher.feedOf(0);
      if (feed === null) throw new Error('the partition is not fed');
      expect(feed.nextOffset).toBe(next);
      const { records, from, to, nextOffset, breach } = feed.take(max);
      next = nextOffset;
      if (breach !== null) breaches.push(breach);
      for (const { value } of records.slice(from, to)) {
        const event = decodeRecord(value);
        if (isPoison(event)) throw new Error(event.detail);
        seqs.push(event.seq);
        feed.remember({ probe_id: event.probe_id, seq: event.seq });
      }
    },
  };
}

describe.skipIf('reason' in shared)('the fetcher on a real broker', () => {
  const kafka = clientOf('bootstrap' in shared ? shared.bootstrap : '');
  let topic: string;
  let fetcher: TopicFetcher;
  let producer: Producer;

  const send = (seqs: readonly number[], by: Pick<Producer, 'send'> = producer, probe?: string) =>
    by.send({
      topic,
      acks: -1,
      messages: seqs.map((seq) => ({ ...encodeRecord(eventOf(seq, probe)), partition: 0 })),
    });
  const admin = async <T>(work: (of: ReturnType<typeof kafka.admin>) => Promise<T>): Promise<T> => {
    const one = kafka.admin();
    await one.connect();
    try {
      return await work(one);
    } finally {
      await one.disconnect();
    }
  };
  /** Everything below `offset`. */
  const throwAway = (offset: string): Promise<void> =>
    admin(async (of) => {
      // kafkajs does not know the leaders before it was asked for something else of the topic.
      await of.fetchTopicOffsets(topic);
      await of.deleteTopicRecords({ topic, partitions: [{ partition: 0, offset }] });
    });
  const makeAnew = async (): Promise<void> => {
    await admin((of) => of.deleteTopics({ topics: [topic] }));
    await eventually(() => admin((of) => of.listTopics())).not.toContain(topic);
    await createTopic(kafka, topic);
  };
  const newFetcher = (): TopicFetcher =>
    createTopicFetcher({
      kafka,
      topic,
      clock: systemClock,
      logger: createLogger('silent'),
      onConnected: () => undefined,
      onFailed: () => undefined,
      absentMs: 1_500,
    });

  beforeEach(async () => {
    topic = `fetched-${randomUUID()}`;
    await createTopic(kafka, topic);
    producer = kafka.producer();
    await producer.connect();
    fetcher = newFetcher();
  });
  afterEach(async () => {
    await fetcher.stop();
    await producer.disconnect();
  });

  const readUntil = async (reader: ReturnType<typeof createFeedReader>, isDone: () => boolean) => {
    const isReady = (): boolean => {
      reader.take();
      return isDone();
    };
    await expect.poll(isReady, { timeout: 60_000, interval: 10 }).toBe(true);
  };

  it('goes on behind the last record that was read, and reads none twice', async () => {
    await send(range(1, 6));
    fetcher.start();
    const first = createFeedReader(fetcher, { nextOffset: 0n, last: null });
    await readUntil(first, () => first.seqs.length === 5);
    await fetcher.stop();
    await send(range(6, 9));
    fetcher = newFetcher();
    fetcher.start();
    const second = createFeedReader(fetcher, { nextOffset: 5n, last: eventOf(5) });
    await readUntil(second, () => second.seqs.length === 3);
    expect([...first.seqs, ...second.seqs]).toEqual(range(1, 9));
    expect([...first.breaches, ...second.breaches]).toEqual([]);
  });

  it('names exactly what the broker threw away before it was read', async () => {
    await send(range(1, 11));
    await throwAway('7');
    fetcher.start();
    const reader = createFeedReader(fetcher, { nextOffset: 2n, last: eventOf(2) });
    await readUntil(reader, () => reader.seqs.length === 3);
    expect(reader.seqs).toEqual([8, 9, 10]);
    expect(reader.breaches).toEqual([{ kind: 'lost', from: 2n, to: 7n }]);
  });

  it('hands over what it had fetched before the broker threw it away', async () => {
    await send(range(1, 8));
    fetcher.start();
    const reader = createFeedReader(fetcher, { nextOffset: 0n, last: null });
    await eventually(() => fetcher.feedOf(0)?.fetchOffset).toBe(7n);
    reader.take(2);
    await throwAway('7');
    await send([8, 9]);
    await readUntil(reader, () => reader.seqs.includes(9));
    expect(reader.seqs).toEqual(range(1, 10));
    expect(reader.breaches).toEqual([]);
  });

  it('goes on where only the record before the place was thrown away', async () => {
    await send(range(1, 6));
    await throwAway('3');
    fetcher.start();
    const reader = createFeedReader(fetcher, { nextOffset: 3n, last: eventOf(3) });
    await readUntil(reader, () => reader.seqs.length === 2);
    expect(reader.seqs).toEqual([4, 5]);
    expect(reader.breaches).toEqual([]);
  });

  it.each([
    ['fewer records than were read', 3],
    ['one record less than were read', 4],
    ['as many records as were read', 5],
    ['more records than were read', 9],
  ])('finds out a topic made anew, with %s', async (_, count) => {
    await makeAnew();
    await send(range(101, 101 + count), producer, 'other-11111111');
    fetcher.start();
    const reader = createFeedReader(fetcher, { nextOffset: 5n, last: eventOf(5) });
    await readUntil(reader, () => reader.seqs.length === count);
    expect(reader.seqs).toEqual(range(101, 101 + count));
    expect(reader.breaches).toEqual([{ kind: 'other_log', from: 5n, to: 0n }]);
  });

  it('finds out a topic made anew also when the last record that was read was no event', async () => {
    const strange = Buffer.from('no event');
    const last = recordIdentityOf(strange, decodeRecord(strange));
    await producer.send({ topic, messages: [{ value: strange, partition: 0 }] });
    fetcher.start();
    const same = createFeedReader(fetcher, { nextOffset: 1n, last });
    await send(range(1, 3));
    await readUntil(same, () => same.seqs.length === 2);
    expect(same.breaches).toEqual([]);
    await fetcher.stop();

    await makeAnew();
    await send(range(101, 105), producer, 'other-11111111');
    fetcher.start();
    const reader = createFeedReader(fetcher, { nextOffset: 1n, last });
    await readUntil(reader, () => reader.seqs.length === 4);
    expect(reader.seqs).toEqual(range(101, 105));
    expect(reader.breaches).toEqual([{ kind: 'other_log', from: 1n, to: 0n }]);
  });

  it('finds out a topic that is made anew while it reads', async () => {
    await send(range(1, 6));
    fetcher.start();
    const reader = createFeedReader(fetcher, { nextOffset: 0n, last: null });
    await readUntil(reader, () => reader.seqs.length === 5);
    await makeAnew();
    await send(range(101, 110), producer, 'other-11111111');
    await readUntil(reader, () => reader.seqs.length === 14);
    expect(reader.seqs).toEqual([...range(1, 6), ...range(101, 110)]);
    expect(reader.breaches).toEqual([{ kind: 'other_log', from: 5n, to: 0n }]);
  });

  it('leaves out what a transaction took back, and markers, and finds its place again behind them', async () => {
    const transactional = kafka.producer({
      transactionalId: `tx-${randomUUID()}`,
      maxInFlightRequests: 1,
      idempotent: true,
    });
    await transactional.connect();
    await send([1]);
    const taken = await transactional.transaction();
    await send([2, 3], taken);
    await taken.commit();
    const aborted = await transactional.transaction();
    await send([4, 5], aborted);
    await send([6]);
    await aborted.abort();
    fetcher.start();
    const reader = createFeedReader(fetcher, { nextOffset: 0n, last: null });
    await readUntil(reader, () => reader.next === 8n);
    expect(reader.seqs).toEqual([1, 2, 3, 6]);
    // Records that are not decided yet wait.
    const open = await transactional.transaction();
    await send([7], open);
    await send([8]);
    await fetcher.stop();
    fetcher.start();
    await eventually(() => fetcher.feedOf(0)?.highWatermark).toBe(10n);
    reader.take();
    expect(reader.seqs).toEqual([1, 2, 3, 6]);
    await open.abort();
    await readUntil(reader, () => reader.next === 11n);
    expect(reader.seqs).toEqual([1, 2, 3, 6, 8]);
    expect(reader.breaches).toEqual([]);
    await transactional.disconnect();
  });

  it('takes no more than it has room for, and goes on as it is read', async () => {
    const wide = { ...eventOf(1), failure_detail: 'x'.repeat(900) };
    for (let first = 1; first <= 20_000; first += 500) {
      const messages = range(first, first + 500).map((seq) => encodeRecord({ ...wide, seq }));
      await producer.send({ topic, messages });
    }
    fetcher.start();
    const reader = createFeedReader(fetcher, { nextOffset: 0n, last: null });
    await eventually(() => fetcher.feedOf(0)?.hasRoom).toBe(false);
    expect(fetcher.feedOf(0)?.fetchOffset).toBeLessThan(20_000n);
    await readUntil(reader, () => reader.seqs.length === 20_000);
    expect(reader.seqs).toEqual(range(1, 20_001));
  });
});

describe.skipIf(jvm !== null)('the fetcher and a broker that starts anew', () => {
  it('goes on reading without a gap and without a double', async () => {
    const cluster = await startKafka();
    const impatient = clientOf(cluster.bootstrap, { retry: { retries: 1 } });
    const topic = 'restarted';
    await createTopic(clientOf(cluster.bootstrap), topic);
    const send = async (seqs: readonly number[]): Promise<void> => {
      const producer = clientOf(cluster.bootstrap).producer();
      await producer.connect();
      const messages = seqs.map((seq) => ({ ...encodeRecord(eventOf(seq)), partition: 0 }));
      await producer.send({ topic, acks: -1, messages });
      await producer.disconnect();
    };
    const failures: unknown[] = [];
    const fetcher = createTopicFetcher({
      kafka: impatient,
      topic,
      clock: systemClock,
      logger: createLogger('silent'),
      onConnected: () => undefined,
      onFailed: (error) => failures.push(error),
    });
    try {
      fetcher.start();
      const reader = createFeedReader(fetcher, { nextOffset: 0n, last: null });
      const readUntil = (count: number) =>
        expect
          .poll(
            () => {
              reader.take();
              return reader.seqs.length;
            },
            { timeout: 60_000, interval: 10 },
          )
          .toBe(count);
      await send(range(1, 101));
      await readUntil(100);
      await cluster.brokers[0]?.kill();
      await eventually(() => failures.length).toBeGreaterThan(0);
      await cluster.brokers[0]?.start();
      await send(range(101, 201));
      await readUntil(200);
      expect(reader.seqs).toEqual(range(1, 201));
      expect(reader.breaches).toEqual([]);
    } finally {
      await fetcher.stop();
      await cluster.stop();
    }
  });
});
