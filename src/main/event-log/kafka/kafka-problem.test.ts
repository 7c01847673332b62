import { KafkaJSNumberOfRetriesExceeded, KafkaJSProtocolError } from 'kafkajs';
import { describe, expect, it } from 'vitest';
import { kafkaProblemOf } from './kafka-problem';

/** What kafkajs throws when it has given up on what the broker answers. */
function givenUpOn(type: string): Error {
  const cause = new KafkaJSProtocolError(Object.assign(new Error('in their words'), { type, code: 1 }));
  return new KafkaJSNumberOfRetriesExceeded(cause, { retryCount: 3, retryTime: 1_000 });
}

describe('a problem with the cluster', () => {
  it.each([
    ['LEADER_NOT_AVAILABLE', 'replicas', /no leader just now/],
    ['NOT_LEADER_FOR_PARTITION', 'replicas', /no leader just now/],
    ['NOT_ENOUGH_REPLICAS', 'replicas', /min\.insync\.replicas/],
    ['MESSAGE_TOO_LARGE', 'settings', /max\.message\.bytes/],
    ['TOPIC_AUTHORIZATION_FAILED', 'permission', /DESCRIBE, READ and WRITE/],
  ])('is told in words for %s', (type, kind, words) => {
    const problem = kafkaProblemOf(givenUpOn(type));
    expect(problem).toMatchObject({ kind, broker: null });
    expect(problem.message).toMatch(words);
  });

  it('keeps the name of what has no words of ours', () => {
    expect(kafkaProblemOf(givenUpOn('FENCED_LEADER_EPOCH'), 'b:9092').message).toContain(
      'behind b:9092 does not do what is asked (FENCED_LEADER_EPOCH)',
    );
  });
});
