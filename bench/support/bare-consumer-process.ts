import { bareKafka } from './broker';
import { argumentOf, tell } from './child';
import { peakRssMb } from './engine-run';

/** The bare baseline: a kafkajs loop that consumes a whole topic and parses each value, nothing kept. */
export interface BareConsumed {
  perSecond: number;
  peakRssMb: number;
}

const { bootstrap, topic, events } = argumentOf<{ bootstrap: string; topic: string; events: number }>();
const consumer = bareKafka(bootstrap).consumer({ groupId: 'bare' });
let startMs = 0;
let done = 0;
let sum = 0;
consumer.on(consumer.events.GROUP_JOIN, () => {
  startMs = performance.now();
});
await consumer.connect();
await consumer.subscribe({ topic, fromBeginning: true });
const seconds = await new Promise<number>((resolve, reject) => {
  consumer.on(consumer.events.CRASH, ({ payload }) => reject(payload.error));
  void consumer.run({
    autoCommit: false,
    eachBatch: async ({ batch }) => {
      for (const { value } of batch.messages) sum += (JSON.parse(String(value)) as { seq: number }).seq;
      done += batch.messages.length;
      if (done >= events) resolve((performance.now() - startMs) / 1000);
    },
  });
});
await consumer.disconnect();
if (sum !== (events * (events + 1)) / 2) throw new Error(`the bare loop read ${done} of ${events} values`);
tell({ result: { perSecond: events / seconds, peakRssMb: peakRssMb(process.pid) } satisfies BareConsumed });
