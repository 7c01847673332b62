import { bareKafka } from './broker';
import { argumentOf, tell } from './child';
import { processCost, sleep } from './engine-run';

/** The bare baseline of memory: a Node process with a connected kafkajs consumer and nothing else. */
const { bootstrap, topic, seconds } = argumentOf<{ bootstrap: string; topic: string; seconds: number }>();
const consumer = bareKafka(bootstrap).consumer({ groupId: 'idle' });
await consumer.connect();
await consumer.subscribe({ topic });
await consumer.run({ eachBatch: async () => undefined });
await sleep(seconds * 1000);
const { rssMb } = processCost(process.pid);
await consumer.disconnect();
tell({ result: rssMb });
