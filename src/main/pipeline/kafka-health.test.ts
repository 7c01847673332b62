import { describe, expect, it } from 'vitest';
import { kafkaHealthSchema } from '../../shared/contract/kafka';
import { kafkaSettingsSchema } from '../../shared/domain/kafka-settings';
import { createRates } from '../platform/rates';
import { createKafkaConnection } from './kafka-connection';
import { type KafkaHealthParts, kafkaHealthOf, type SeenTopic } from './kafka-health';
import { createNotices } from './notices';
import { statsOf } from './stream-job-fixtures';

let nowMs = 0;
const clock = { nowUs: () => nowMs * 1000, monotonicMs: () => nowMs };

const watermark = { watermarkUs: 100_000_000 };

/** A topic of eight partitions for a lake of two, of which this process has both. */
const topic: SeenTopic = {
  assigned: [0, 1],
  partitionCount: 2,
  view: {
    shape: { clusterId: 'abc', partitions: 8, replication: 1 },
    offsets: new Map(),
    committed: new Map(),
    groupProblem: null,
    atUs: 0,
  },
  shipping: { shipped: 10, nextOffset: 11n, oldestUs: 5, lastAckUs: 7, meanBytes: 400 },
  placeOf: (partition) => (partition === 0 ? { next: 90n, end: 100n } : { next: null, end: 50n }),
};
const healthOf = (change: Partial<KafkaHealthParts> = {}) =>
  kafkaHealthSchema.parse(
    kafkaHealthOf({
      settings: kafkaSettingsSchema.parse({ brokers: ['localhost:9092'] }),
      topic,
      connection: createKafkaConnection({ clock, notices: createNotices(clock), role: 'all' }),
      jobs: [{ partition: 0, stats: statsOf(watermark) }],
      backlog: 3,
      rates: createRates(clock),
      ...change,
    }),
  );

describe('the health of Kafka', () => {
  it('tells of each partition how far it is read, and who reads it', () => {
    expect(healthOf().partitions).toMatchObject([
      { partition: 0, owned: true, nextOffset: '90', endOffset: '100', lag: 10, watermarkUs: 100_000_000 },
      { partition: 1, owned: false, nextOffset: null, endOffset: '50', lag: null, watermarkUs: null },
    ]);
  });

  it('names the partitions that the lake does not count on', () => {
    expect(healthOf().unusedPartitions).toEqual([2, 3, 4, 5, 6, 7]);
    expect(healthOf({ topic: { ...topic, partitionCount: null } }).unusedPartitions).toEqual([]);
  });

  it('shows no partitions where none are read, and nothing shipped where nothing is', () => {
    expect(healthOf({ topic: { ...topic, assigned: null } }).partitions).toEqual([]);
    expect(healthOf({ topic: null })).toMatchObject({
      clusterId: null,
      partitions: [],
      unusedPartitions: [],
    });
    expect(healthOf({ backlog: null }).forwarder).toBeNull();
  });

  it('estimates the bytes of the backlog from what was shipped, and before that from a usual record', () => {
    expect(healthOf().forwarder).toMatchObject({ backlog: 3, backlogBytes: 1200, oldestUs: 5, lastAckUs: 7 });
    const before = { ...topic, shipping: { ...topic.shipping, shipped: 0, meanBytes: 0 } };
    expect(healthOf({ topic: before }).forwarder?.backlogBytes).toBe(1350);
    expect(healthOf({ backlog: 0 }).forwarder).toMatchObject({ backlogBytes: 0, oldestUs: null });
  });

  it('gives rates of a second or more', () => {
    const rates = createRates(clock);
    nowMs = 0;
    healthOf({ rates, jobs: [{ partition: 0, stats: statsOf({ events: 100 }) }] });
    nowMs = 2_000;
    const later = healthOf({
      rates,
      topic: { ...topic, shipping: { ...topic.shipping, shipped: 30 } },
      jobs: [{ partition: 0, stats: statsOf({ events: 300 }) }],
    });
    expect(later.partitions[0]?.eventsPerSecond).toBe(100);
    expect(later.forwarder?.shippedPerSecond).toBe(10);
  });

  it('says which partition holds the watermark back, unless it is by little', () => {
    const at = (partition: number, watermarkUs: number) => ({ partition, stats: statsOf({ watermarkUs }) });
    expect(healthOf({ jobs: [at(0, 100_000_000), at(1, 94_000_000)] }).heldBackBy).toBe(1);
    expect(healthOf({ jobs: [at(0, 100_000_000), at(1, 96_000_000)] }).heldBackBy).toBeNull();
    expect(healthOf({ jobs: [] }).heldBackBy).toBeNull();
  });

  it('adds up what was set aside for one reason, and shows the last of it', () => {
    const one = { count: 2, partition: 0, offset: '5', atUs: 10 };
    const other = { count: 3, partition: 1, offset: '9', atUs: 20 };
    const jobs = [
      { partition: 1, stats: statsOf({ quarantined: { not_json: other } }) },
      { partition: 0, stats: statsOf({ quarantined: { not_json: one, invalid: one } }) },
    ];
    expect(healthOf({ jobs }).quarantine).toEqual([
      { reason: 'not_json', ...other, count: 5 },
      { reason: 'invalid', ...one },
    ]);
  });

  it('names what was lost, and in which partition', () => {
    const lost = { fromOffset: '1', toOffset: '5', count: 4, atUs: 1 };
    expect(healthOf({ jobs: [{ partition: 1, stats: statsOf({ lost: [lost] }) }] }).lost).toEqual([
      { partition: 1, ...lost },
    ]);
  });
});
