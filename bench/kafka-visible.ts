import { bareKafka, makeTopic, PARTITIONS, withBroker } from './support/broker';
import { subscribeToProbes } from './support/engine-api';
import { runEngine, sleep } from './support/engine-run';
import { kafkaArguments, ownsAll } from './support/kafka-engine';
import { startSite } from './support/kafka-site';
import type { Benchmark } from './support/result';
import { quantile } from './support/statistics';

const SECONDS = Number(process.env.KAFKA_SECONDS ?? 30);
const TARGETS = 100;
/** At the start all targets are probed at once and no code is compiled yet. */
const WARM_UP_S = 5;
const BARE_MESSAGES = 300;
const BARE_EVERY_MS = 20;

/** The bare baseline: one message after the other, from before it is sent until it is consumed. ms, sorted by time. */
async function bareDelays(bootstrap: string): Promise<number[]> {
  const topic = 'bare';
  await makeTopic(bootstrap, topic);
  const kafka = bareKafka(bootstrap);
  const [producer, consumer] = [kafka.producer(), kafka.consumer({ groupId: 'bare' })];
  await Promise.all([producer.connect(), consumer.connect()]);
  const joined = new Promise<void>((resolve) => {
    consumer.on(consumer.events.GROUP_JOIN, () => resolve());
  });
  let arrived: (number: number) => void = () => undefined;
  await consumer.subscribe({ topic, fromBeginning: true });
  await consumer.run({ eachMessage: async ({ message }) => arrived(Number(message.value)) });
  await joined;
  const delays: number[] = [];
  for (let number = 0; number < BARE_MESSAGES; number += 1) {
    const startMs = performance.now();
    const coming = new Promise<void>((resolve) => {
      arrived = (got) => {
        if (got === number) resolve();
      };
    });
    await producer.send({
      topic,
      acks: -1,
      messages: [{ value: String(number), partition: number % PARTITIONS }],
    });
    await coming;
    delays.push(performance.now() - startMs);
    await sleep(BARE_EVERY_MS);
  }
  await Promise.all([producer.disconnect(), consumer.disconnect()]);
  return delays.slice(BARE_MESSAGES / 10);
}

export const benchmark: Benchmark = {
  name: 'kafka-visible',
  about: `probe finished in one process → received by a subscriber of another, ${TARGETS} targets at 1 Hz for ${SECONDS} s, against one message through a bare producer and consumer`,
  run: (progress) =>
    withBroker(async ({ bootstrap }) => {
      progress('bare messages');
      const bare = await bareDelays(bootstrap);
      progress(`${TARGETS} targets`);
      const site = await startSite(TARGETS);
      const aggregator = await runEngine({ targets: [], args: kafkaArguments(bootstrap, 'aggregator') });
      const prober = await runEngine({ targets: site.targets, args: kafkaArguments(bootstrap, 'prober') });
      await ownsAll(aggregator);
      await sleep(WARM_UP_S * 1000);
      const receivedMs = new Map<number, number>();
      const unsubscribe = subscribeToProbes(aggregator.address, (probes, atMs) => {
        for (const { seq } of probes) if (!receivedMs.has(seq)) receivedMs.set(seq, atMs);
      });
      await sleep(SECONDS * 1000);
      unsubscribe();
      await prober.stop();
      // What the prober shipped last is to be read before the lake is asked.
      await sleep(1000);
      await aggregator.stop();
      site.stop();
      const rows = await aggregator.ask(
        'SELECT seq, (epoch_us(started_at) + latency_ms * 1000) / 1000.0 FROM RAW WHERE latency_ms IS NOT NULL',
      );
      aggregator.remove();
      prober.remove();
      const delays = rows.flatMap(([seq, finishedMs]) => {
        const atMs = receivedMs.get(seq as number);
        return atMs === undefined ? [] : [atMs - (finishedMs as number)];
      });
      return [
        {
          name: 'finished → visible elsewhere p50',
          value: quantile(delays, 0.5),
          unit: 'ms',
          baseline: { name: 'bare message p50', value: quantile(bare, 0.5) },
        },
        {
          name: 'finished → visible elsewhere p99',
          value: quantile(delays, 0.99),
          unit: 'ms',
          baseline: { name: 'bare message p99', value: quantile(bare, 0.99) },
          goal: { at: 'most', value: 250 },
        },
        {
          name: `probes compared, of about ${TARGETS * SECONDS}`,
          value: delays.length,
          unit: 'probes',
          goal: { at: 'least', value: 0.95 * TARGETS * SECONDS },
        },
      ];
    }),
};
