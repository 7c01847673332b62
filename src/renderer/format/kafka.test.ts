import { describe, expect, it } from 'vitest';
import { KAFKA_PROBLEMS, type KafkaHealth } from '../../shared/contract/kafka';
import { partitionOf } from '../../shared/domain/partition';
import { texts } from '../texts/texts';
import {
  awaySinceUs,
  elsewhereOf,
  isElsewhere,
  lagOf,
  offsetText,
  quarantineFolder,
  rangesText,
  waitingForUs,
} from './kafka';

const NOW_US = 1_750_000_000_000_000;
const kafkaWith = (changes: {
  state?: KafkaHealth['connection']['state'];
  sinceUs?: number;
  oldestUs?: number | null;
}): KafkaHealth => ({
  brokers: ['localhost:9092'],
  topic: 'probe-events.v1',
  group: 'uptimer',
  clusterId: null,
  connection: { state: changes.state ?? 'connected', sinceUs: changes.sinceUs ?? NOW_US, problem: null },
  forwarder: {
    backlog: 1,
    backlogBytes: 1,
    oldestUs: changes.oldestUs ?? null,
    shipped: 0,
    shippedPerSecond: 0,
    lastAckUs: null,
  },
  partitions: [],
  heldBackBy: null,
  unusedPartitions: [],
  quarantine: [],
  lost: [],
});

describe('what another process aggregates', () => {
  const partitionsOwned = (...owned: boolean[]): KafkaHealth => ({
    ...kafkaWith({}),
    partitions: owned.map((isOwned, partition) => ({
      partition,
      owned: isOwned,
      nextOffset: null,
      endOffset: null,
      lag: null,
      watermarkUs: null,
      idle: false,
      eventsPerSecond: 0,
    })),
  });

  it('is counted once this process has a part of its own', () => {
    expect(elsewhereOf(partitionsOwned(true, false, false))).toBe(2);
    expect(elsewhereOf(partitionsOwned(true, true))).toBe(0);
    expect(elsewhereOf(partitionsOwned(false, false))).toBe(0);
    expect(elsewhereOf(partitionsOwned())).toBe(0);
  });

  it('is known of a target by its partition', () => {
    const targetId = 'shop';
    const own = partitionOf(targetId, 3);
    const owners = [0, 1, 2].map((partition) => partition === own);
    expect(isElsewhere(targetId, partitionsOwned(...owners))).toBe(false);
    expect(isElsewhere(targetId, partitionsOwned(...owners.map((owned) => !owned)))).toBe(true);
    expect(isElsewhere(targetId, partitionsOwned(false, false, false))).toBe(false);
  });
});

describe('what stands between us and the cluster', () => {
  const all = (broker: string | null) =>
    KAFKA_PROBLEMS.map((kind) => ({ kind, broker, message: `the engine’s words on ${kind}` }));

  it('has a title of its own for every kind, in both languages', () => {
    for (const language of ['en', 'es'] as const) {
      const { problemTitleOf } = texts[language].kafka;
      expect(new Set(KAFKA_PROBLEMS.map((kind) => problemTitleOf[kind])).size).toBe(KAFKA_PROBLEMS.length);
    }
  });

  it('is said in the engine’s words in English, and by its kind in Spanish, with the broker where one is meant', () => {
    for (const problem of all('kafka-1:9092')) expect(texts.en.kafka.problem(problem)).toBe(problem.message);
    const spanish = all('kafka-1:9092').map((problem) => texts.es.kafka.problem(problem));
    expect(new Set(spanish).size).toBe(KAFKA_PROBLEMS.length);
    expect(spanish.filter((sentence) => sentence.includes('kafka-1:9092')).length).toBeGreaterThan(7);
    for (const problem of all(null)) expect(texts.es.kafka.problem(problem)).not.toContain('null');
  });

  it('counts as away only after a few seconds', () => {
    expect(awaySinceUs(kafkaWith({ state: 'failed', sinceUs: NOW_US - 4e6 }), NOW_US)).toBe(null);
    expect(awaySinceUs(kafkaWith({ state: 'failed', sinceUs: NOW_US - 6e6 }), NOW_US)).toBe(NOW_US - 6e6);
    expect(awaySinceUs(kafkaWith({ state: 'connecting', sinceUs: 0 }), NOW_US)).toBe(null);
  });

  it('lets probes wait: that is worth a mark only once they do so for seconds without a connection', () => {
    expect(waitingForUs(kafkaWith({ state: 'failed', oldestUs: NOW_US - 12e6 }), NOW_US)).toBe(12e6);
    expect(waitingForUs(kafkaWith({ state: 'failed', oldestUs: NOW_US - 1e6 }), NOW_US)).toBe(null);
    expect(waitingForUs(kafkaWith({ state: 'connected', oldestUs: NOW_US - 12e6 }), NOW_US)).toBe(null);
    expect(waitingForUs(kafkaWith({ state: 'failed', oldestUs: null }), NOW_US)).toBe(null);
  });
});

describe('numbers of a topic', () => {
  it('are exact beyond what a JS number holds', () => {
    expect(offsetText('9007199254740993', 'en')).toBe('9,007,199,254,740,993');
    expect(offsetText('9007199254740993', 'es')).toBe('9.007.199.254.740.993');
    expect(offsetText(null, 'en')).toBe('–');
  });

  it('are drawn together where they follow one another', () => {
    expect(rangesText([])).toBe('');
    expect(rangesText([7, 6])).toBe('6–7');
    expect(rangesText([6, 7, 8, 10, 999])).toBe('6–8, 10, 999');
  });

  it('add up to a lag of what is known, and to none when nothing is', () => {
    const partition = {
      partition: 0,
      owned: true,
      nextOffset: '0',
      endOffset: '0',
      watermarkUs: null,
      idle: false,
      eventsPerSecond: 0,
    };
    expect(lagOf({ partitions: [] })).toBe(null);
    expect(lagOf({ partitions: [{ ...partition, lag: null }] })).toBe(null);
    expect(lagOf({ partitions: [3, null, 4].map((lag) => ({ ...partition, lag })) })).toBe(7);
  });
});

it('finds the folder of what was set aside on every system', () => {
  expect(quarantineFolder('/data/datalake')).toBe('/data/datalake/quarantine');
  expect(quarantineFolder('C:\\data\\datalake')).toBe('C:\\data\\datalake\\quarantine');
});
