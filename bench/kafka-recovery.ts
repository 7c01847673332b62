import { Kafka, logLevel } from 'kafkajs';
import type { KafkaBroker } from '../test/support/kafka/kafka-cluster';
import { type BareTraffic, startBareTraffic } from './support/bare-traffic';
import { withBroker } from './support/broker';
import { healthOf, subscribeToProbes } from './support/engine-api';
import { type EngineRun, runEngine, sleep } from './support/engine-run';
import { kafkaArguments, ownsAll } from './support/kafka-engine';
import { startSite } from './support/kafka-site';
import type { Benchmark, BenchResult } from './support/result';

const AWAY_MS = Number(process.env.KAFKA_SECONDS ?? 10) * 1000;
const TARGETS = 20;
const WARM_UP_MS = 5000;
const ASK_EVERY_MS = 25;
const WITHIN_MS = 120_000;

/** Resolves at the moment (monotonic, ms) at which the broker first answers a request for metadata. */
async function answersAt(bootstrap: string): Promise<number> {
  const kafka = new Kafka({
    brokers: bootstrap.split(','),
    logLevel: logLevel.NOTHING,
    connectionTimeout: 500,
    requestTimeout: 1000,
    retry: { retries: 0 },
  });
  for (;;) {
    const admin = kafka.admin();
    try {
      await admin.connect();
      await admin.describeCluster();
      return performance.now();
    } catch {
      await sleep(ASK_EVERY_MS);
    } finally {
      await admin.disconnect().catch(() => undefined);
    }
  }
}

/** Resolves when the prober tells of an acknowledgement later than now. */
async function shipsAgain(prober: EngineRun): Promise<number> {
  const last = async (): Promise<number> => (await healthOf(prober.address)).kafka?.forwarder?.shipped ?? 0;
  const before = await last();
  while ((await last()) <= before) await sleep(ASK_EVERY_MS);
  return performance.now();
}

/** Resolves when a subscriber of the aggregator sees a probe. */
function showsAgain(aggregator: EngineRun): Promise<number> {
  return new Promise((resolve) => {
    const unsubscribe = subscribeToProbes(aggregator.address, () => {
      resolve(performance.now());
      unsubscribe();
    });
  });
}

interface Recovery {
  shippedMs: number;
  shownMs: number;
  bareSentMs: number;
  bareArrivedMs: number;
}

async function recover(of: {
  broker: KafkaBroker;
  bootstrap: string;
  end: 'stop' | 'kill';
  prober: EngineRun;
  aggregator: EngineRun;
  bare: BareTraffic;
}): Promise<Recovery> {
  await of.broker[of.end]();
  // Whatever was on its way has arrived by then: what comes later comes from the new broker.
  await sleep(AWAY_MS);
  const coming = of.bare.next();
  const [answered, , shipped, shown, bareSent, bareArrived] = await within([
    answersAt(of.bootstrap),
    of.broker.start(),
    shipsAgain(of.prober),
    showsAgain(of.aggregator),
    coming.acknowledged,
    coming.arrived,
  ]);
  const since = (atMs: number): number => Math.max(0, atMs - answered);
  return {
    shippedMs: since(shipped),
    shownMs: since(shown),
    bareSentMs: since(bareSent),
    bareArrivedMs: since(bareArrived),
  };
}

function within<const T extends readonly unknown[]>(
  awaited: T,
): Promise<{ -readonly [K in keyof T]: Awaited<T[K]> }> {
  return new Promise((resolve, reject) => {
    const late = setTimeout(() => reject(new Error('something did not come back')), WITHIN_MS);
    Promise.all(awaited)
      .then(resolve, reject)
      .finally(() => clearTimeout(late));
  });
}

function resultsOf(word: string, recovery: Recovery): BenchResult[] {
  return [
    {
      name: `${word}: broker answers → first shipment acknowledged`,
      value: recovery.shippedMs / 1000,
      unit: 's',
      baseline: { name: 'bare producer', value: recovery.bareSentMs / 1000 },
      goal: { at: 'most', value: 5 },
    },
    {
      name: `${word}: broker answers → first event visible elsewhere`,
      value: recovery.shownMs / 1000,
      unit: 's',
      baseline: { name: 'bare consumer', value: recovery.bareArrivedMs / 1000 },
      goal: { at: 'most', value: 5 },
    },
  ];
}

export const benchmark: Benchmark = {
  name: 'kafka-recovery',
  about: `a broker ${AWAY_MS / 1000} s away, stopped in an orderly way and killed: from its first answer until shipping and showing go on, against a bare producer and consumer`,
  run: (progress) =>
    withBroker(async ({ bootstrap, brokers }) => {
      const broker = brokers[0] as KafkaBroker;
      const site = await startSite(TARGETS);
      const aggregator = await runEngine({ targets: [], args: kafkaArguments(bootstrap, 'aggregator') });
      const prober = await runEngine({ targets: site.targets, args: kafkaArguments(bootstrap, 'prober') });
      const bare = await startBareTraffic(bootstrap);
      await ownsAll(aggregator);
      const results: BenchResult[] = [];
      for (const [end, word] of [
        ['stop', 'orderly stop'],
        ['kill', 'kill -9'],
      ] as const) {
        await sleep(WARM_UP_MS);
        progress(word);
        const recovery = await recover({ broker, bootstrap, end, prober, aggregator, bare });
        results.push(...resultsOf(word, recovery));
      }
      await bare.stop();
      await prober.stop();
      await aggregator.stop();
      site.stop();
      prober.remove();
      aggregator.remove();
      return results;
    }),
};
