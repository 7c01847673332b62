import { withBroker } from './support/broker';
import { runChild } from './support/child';
import { type EngineRun, processCost, runEngine, sleep } from './support/engine-run';
import { kafkaArguments, ownsAll } from './support/kafka-engine';
import { startSite } from './support/kafka-site';
import type { Benchmark } from './support/result';

const MINUTES = Number(process.env.BENCH_MINUTES ?? 2);
const TARGETS = 100;
const SAMPLE_MS = 5000;
const IDLE_S = 20;

interface Watched {
  role: string;
  engine: EngineRun;
  highest: number;
  /** MB; the whole engine on one machine may take 250, an aggregator at full rate 400. */
  goal: number;
}

export const benchmark: Benchmark = {
  name: 'kafka-memory',
  about: `memory by role, ${TARGETS} targets at 1 Hz for ${MINUTES} min, against a Node process with a connected kafkajs consumer; an aggregator at full rate is in kafka-lake`,
  run: (progress) =>
    withBroker(async ({ bootstrap }) => {
      const site = await startSite(TARGETS);
      const { targets } = site;
      const watch = async (role: 'all' | 'prober' | 'aggregator', goal: number): Promise<Watched> => ({
        role,
        engine: await runEngine({
          targets: role === 'aggregator' ? [] : targets,
          // One alone on a topic of its own, and two that share the work.
          args: kafkaArguments(bootstrap, role, role === 'all' ? 'alone' : undefined),
        }),
        highest: 0,
        goal,
      });
      const watched = [await watch('all', 250), await watch('aggregator', 400), await watch('prober', 250)];
      for (const { role, engine } of watched) if (role !== 'prober') await ownsAll(engine);
      progress('all roles run');
      const bareArgument = { bootstrap, topic: 'probe-events.v1', seconds: IDLE_S };
      const idling = runChild<number>('idle-consumer-process.ts', bareArgument);
      const endMs = performance.now() + MINUTES * 60_000;
      while (performance.now() < endMs) {
        await sleep(SAMPLE_MS);
        for (const one of watched) one.highest = Math.max(one.highest, processCost(one.engine.pid).rssMb);
      }
      const bare = await idling;
      const results = watched.flatMap(({ role, engine, highest, goal }) => [
        {
          name: `${role}: resident after ${MINUTES} min`,
          value: processCost(engine.pid).rssMb,
          unit: 'MB',
          baseline: { name: 'idle consumer', value: bare },
          goal: { at: 'most' as const, value: goal },
        },
        { name: `${role}: resident, highest`, value: highest, unit: 'MB' },
      ]);
      for (const { engine } of [...watched].reverse()) {
        await engine.stop();
        engine.remove();
      }
      site.stop();
      return results;
    }),
};
