import type { Message, Producer, RecordMetadata } from 'kafkajs';
import { describe, expect, it } from 'vitest';
import { sendAcknowledged } from './acknowledged-send';

const message = (partition: number): Message => ({ key: 'k', value: 'v', partition });
const told = (partition: number, baseOffset?: number): RecordMetadata => ({
  ...{ topicName: 't', partition, errorCode: 0 },
  ...(baseOffset === undefined ? {} : { baseOffset: String(baseOffset) }),
});

/** A producer that gives these answers, one after the other, and the partitions that it was given each time. */
function createProducer(...answers: RecordMetadata[][]) {
  const calls: number[][] = [];
  const send: Producer['send'] = async ({ messages }) => {
    calls.push(messages.map(({ partition }) => partition ?? -1));
    return answers.shift() ?? [];
  };
  return { send, calls };
}

describe('an acknowledged send', () => {
  it('tells how far each partition goes now', async () => {
    const ends = new Map([
      [0, 7n],
      [1, 40n],
      [2, 99n],
    ]);
    const producer = createProducer([told(1, 40), told(0, 9)]);
    const reached = await sendAcknowledged(producer, 't', [message(1), message(0), message(1)], ends);
    expect(Object.fromEntries(reached)).toEqual({ 0: 10n, 1: 42n });
    expect(Object.fromEntries(ends)).toEqual({ 0: 10n, 1: 42n, 2: 99n });
    expect(producer.calls).toEqual([[1, 1, 0]]);
  });

  it('sends again what no answer tells of, and nothing else', async () => {
    const ends = new Map<number, bigint>();
    const producer = createProducer([told(0, 3)], [told(2, 5)], [told(1, 4), told(1, 4)]);
    await sendAcknowledged(producer, 't', [message(0), message(1), message(2), message(1)], ends);
    expect(producer.calls).toEqual([
      [0, 1, 1, 2],
      [1, 1, 2],
      [1, 1],
    ]);
    expect(Object.fromEntries(ends)).toEqual({ 0: 4n, 1: 6n, 2: 6n });
  });

  it.each([
    ['nothing', []],
    ['another partition', [told(5, 40)]],
    ['no offset', [told(0)]],
  ])('fails when an answer tells %s', async (_what, answer) => {
    const sent = sendAcknowledged(createProducer(answer), 't', [message(0)], new Map());
    await expect(sent).rejects.toThrow('no broker acknowledged what was sent to t, partition 0');
  });

  it('fails when the broker takes a batch for one that it has', async () => {
    const sent = sendAcknowledged(createProducer([told(0, 6)]), 't', [message(0)], new Map([[0, 7n]]));
    await expect(sent).rejects.toThrow('partition 0 of t takes new records for those at 6');
  });
});
