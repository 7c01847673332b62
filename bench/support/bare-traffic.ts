import type { Producer } from 'kafkajs';
import { bareKafka, makeTopic } from './broker';
import { sleep } from './engine-run';

const EVERY_MS = 100;

/** Messages through kafkajs as it comes: when one was acknowledged and when one was consumed last (monotonic, ms). */
export interface BareTraffic {
  /** Resolves with the first acknowledgement, and the first arrival, after this is called. */
  next(): { acknowledged: Promise<number>; arrived: Promise<number> };
  stop(): Promise<void>;
}

export async function startBareTraffic(bootstrap: string): Promise<BareTraffic> {
  const topic = 'bare';
  await makeTopic(bootstrap, topic);
  const kafka = bareKafka(bootstrap);
  const [producer, consumer] = [kafka.producer(), kafka.consumer({ groupId: 'bare' })];
  await Promise.all([producer.connect(), consumer.connect()]);
  let onAcknowledged: (atMs: number) => void = () => undefined;
  let onArrived: (atMs: number) => void = () => undefined;
  await consumer.subscribe({ topic, fromBeginning: true });
  await consumer.run({ eachMessage: async () => onArrived(performance.now()) });
  let running = true;
  const sending = sendOn(
    producer,
    topic,
    () => running,
    () => onAcknowledged(performance.now()),
  );
  return {
    next: () => ({
      acknowledged: new Promise((resolve) => {
        onAcknowledged = resolve;
      }),
      arrived: new Promise((resolve) => {
        onArrived = resolve;
      }),
    }),
    async stop() {
      running = false;
      await sending;
      await Promise.all([producer.disconnect(), consumer.disconnect()]);
    },
  };
}

async function sendOn(
  producer: Producer,
  topic: string,
  isRunning: () => boolean,
  onAcknowledged: () => void,
): Promise<void> {
  while (isRunning()) {
    try {
      await producer.send({ topic, acks: -1, messages: [{ value: 'x' }] });
      onAcknowledged();
    } catch {
      // The broker is away: the next message finds it, or the one after that.
    }
    await sleep(EVERY_MS);
  }
}
