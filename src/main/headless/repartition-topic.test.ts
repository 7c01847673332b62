import { describe, expect, it } from 'vitest';
import type { KafkaPatch } from '../../shared/domain/kafka-settings';
import { settingsSchema } from '../../shared/domain/settings';
import { cliTexts } from '../cli/cli-texts';
import type { LakePicture } from '../datalake/repartition/lake-picture';
import { withPatch } from '../targets/settings-store';
import { kafkaSources, topicOfLake } from './repartition-topic';

const words = cliTexts.en.repartition;

/** A lake of one partition that was filled from these. */
function lakeFrom(...sources: string[]): Pick<LakePicture, 'partitions'> {
  const places = Object.fromEntries(sources.map((source) => [source, { nextOffset: '1', lastRecord: null }]));
  const progress = { places, lastSeq: {}, aggregator: null, quarantined: {}, lost: [] };
  return { partitions: [{ progress, raw: [], metrics: [] }] };
}

function topicOf(lake: Pick<LakePicture, 'partitions'>, kafka: KafkaPatch, named?: string) {
  const log = kafka.brokers === undefined ? 'embedded' : 'kafka';
  const settings = withPatch(settingsSchema.parse({}), { log, kafka });
  return topicOfLake(lake, settings, { named, words })?.topic ?? null;
}

const brokers = ['localhost:9092'];

describe('the topic that is looked at before a lake is repartitioned', () => {
  it('is none for a lake of the embedded log', () => {
    expect(topicOf(lakeFrom('embedded:here-0a1b2c3d'), {})).toBeNull();
  });

  it('is what is named for a lake that came from no topic yet', () => {
    expect(topicOf(lakeFrom('embedded:here-0a1b2c3d'), { brokers })).toBe('probe-events.v1');
    expect(topicOf(lakeFrom(), { brokers, topic: 't2' }, 't2')).toBe('t2');
  });

  it("is the lake's own when none is named, as also a settings file with the default names none", () => {
    expect(topicOf(lakeFrom('kafka:c:t2'), { brokers })).toBe('t2');
    expect(topicOf(lakeFrom('kafka:c:t2'), { brokers, topic: 'probe-events.v1' })).toBe('t2');
  });

  it('is refused, naming both, when another one is named', () => {
    for (const [topic, named] of [
      ['probe-events.v1', 'probe-events.v1'],
      ['other', undefined],
    ] as const) {
      expect(() => topicOf(lakeFrom('kafka:c:t2'), { brokers, topic }, named)).toThrow(
        `filled from t2, not from the topic ${topic} `,
      );
    }
  });

  it('has to be named where the lake came from several, and brokers where it came from any', () => {
    const moved = lakeFrom('kafka:c:t1', 'kafka:c:t2');
    expect(() => topicOf(moved, { brokers })).toThrow('several topics (t1, t2)');
    expect(topicOf(moved, { brokers, topic: 't2' }, 't2')).toBe('t2');
    expect(() => topicOf(lakeFrom('kafka:c:t2'), {})).toThrow('from Kafka (t2)');
  });

  it('is one topic when its cluster was made anew', () => {
    const anew = lakeFrom('kafka:old:t2', 'kafka:new:t2');
    expect(topicOf(anew, { brokers })).toBe('t2');
    expect(kafkaSources(anew.partitions).map(({ source }) => source)).toEqual([
      'kafka:old:t2',
      'kafka:new:t2',
    ]);
  });
});
