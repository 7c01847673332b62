import type { BareConsumed } from './bare-consumer-process';
import { PARTITIONS } from './broker';
import { healthOf } from './engine-api';
import { type EngineRun, peakRssMb, processCost, runEngine, sleep } from './engine-run';
import type { BenchResult } from './result';

const LOOK_MS = 100;
const WITHIN_MS = 600_000;

/** The options of an engine that takes part in a topic. */
export function kafkaArguments(
  bootstrap: string,
  role: 'all' | 'prober' | 'aggregator',
  topic?: string,
): string[] {
  const args = ['--kafka', bootstrap, '--partitions', String(PARTITIONS), '--role', role];
  // A group of its own as well: whoever reads another topic would take part in the sharing of this one.
  return topic === undefined ? args : [...args, '--topic', topic, '--group', topic];
}

/** Resolves when the engine has all partitions. */
export async function ownsAll(engine: EngineRun): Promise<void> {
  await until(
    engine,
    (partitions) => partitions.length === PARTITIONS && partitions.every(({ owned }) => owned),
  );
}

/** A whole aggregator as it is shipped, on a topic that is full: the product's own figures, its interface included. */
export async function consumeWithEngine(
  of: { bootstrap: string; topic: string; events: number },
  progress: (text: string) => void,
): Promise<{ resultsAgainst(bare: BareConsumed): BenchResult[] }> {
  const args = [...kafkaArguments(of.bootstrap, 'aggregator', of.topic), '--flush', '10s'];
  const engine = await runEngine({ targets: [], args });
  await ownsAll(engine);
  const startMs = performance.now();
  const before = processCost(engine.pid);
  await until(engine, (partitions) => partitions.every(({ lag }) => lag === 0));
  const readSeconds = (performance.now() - startMs) / 1000;
  progress(`read after ${readSeconds.toFixed(1)} s`);
  const cores = (processCost(engine.pid).cpuSeconds - before.cpuSeconds) / readSeconds;
  const rssMb = peakRssMb(engine.pid);
  await engine.stop();
  const seconds = (performance.now() - startMs) / 1000;
  const [row] = await engine.ask('SELECT count(*), count(DISTINCT seq) FROM RAW');
  engine.remove();
  return {
    resultsAgainst: (bare) => [
      {
        name: 'whole aggregator: topic → both tables',
        value: of.events / seconds,
        unit: 'per s',
        baseline: { name: 'consumed and parsed', value: bare.perSecond },
        goal: { at: 'least', value: 180_000 },
      },
      {
        name: 'whole aggregator: raw rows other than events',
        value: Math.abs(of.events - (row?.[0] ?? 0)) + Math.abs(of.events - (row?.[1] ?? 0)),
        unit: 'rows',
        goal: { at: 'most', value: 0 },
      },
      { name: 'whole aggregator: cores in use', value: cores, unit: 'cores' },
      {
        name: 'whole aggregator: resident, highest',
        value: rssMb,
        unit: 'MB',
        baseline: { name: 'bare loop', value: bare.peakRssMb },
        goal: { at: 'most', value: 400 },
      },
    ],
  };
}

type Partitions = NonNullable<Awaited<ReturnType<typeof healthOf>>['kafka']>['partitions'];

async function until(engine: EngineRun, isSo: (partitions: Partitions) => boolean): Promise<void> {
  const endMs = performance.now() + WITHIN_MS;
  while (performance.now() < endMs) {
    if (isSo((await healthOf(engine.address)).kafka?.partitions ?? [])) return;
    await sleep(LOOK_MS);
  }
  throw new Error('the engine did not get as far as it was waited for');
}
