import { join } from 'node:path';
import { askLake } from './support/engine-run';
import { createPipeline } from './support/in-process';
import type { Benchmark } from './support/result';
import { createNoise, syntheticResult } from './support/synthetic-events';

const TARGETS = 1000;
const EVENTS = 6_000_000;
const BATCH = 4000;
const SECOND_US = 1_000_000;
/** 1 January 2026, 06:00 UTC: no flush of the run crosses midnight by chance. */
const START_US = 1_767_247_200 * SECOND_US;

/** The bare baseline: the same objects made and looked at, nothing kept. Events/s. */
function bareLoop(results: ReturnType<typeof batchAt>[]): number {
  const startMs = performance.now();
  let sum = 0;
  let done = 0;
  for (let index = 0; done < EVENTS; index += 1) {
    const batch = results[index % results.length] ?? [];
    for (const result of batch) sum += { ...result, seq: done }.latency_ms ?? 0;
    done += batch.length;
  }
  return sum === 0 ? 0 : EVENTS / ((performance.now() - startMs) / 1000);
}

/** The events of a few seconds of 1,000 targets, from second `second` on. */
function batchAt(second: number, noise: () => number): ReturnType<typeof syntheticResult>[] {
  return Array.from({ length: BATCH }, (_, index) =>
    syntheticResult(
      index % TARGETS,
      START_US + (second + Math.floor(index / TARGETS)) * SECOND_US + index,
      noise,
    ),
  );
}

export const benchmark: Benchmark = {
  name: 'synthetic',
  about: `${EVENTS / 1e6} million events of ${TARGETS} targets through log, windows and both tables, against making the objects`,
  async run(progress) {
    const noise = createNoise(7);
    // Made beforehand: the time of making random numbers is not the pipeline's. Each use moves on in time.
    const templates = Array.from({ length: 50 }, (_, index) => batchAt((index * BATCH) / TARGETS, noise));
    const templateUs = ((templates.length * BATCH) / TARGETS) * SECOND_US;
    const bare = bareLoop(templates);

    const pipeline = createPipeline(10_000);
    await pipeline.log.start();
    await pipeline.job.start();
    const startMs = performance.now();
    const pending: Promise<unknown>[] = [];
    for (let done = 0, round = 0; done < EVENTS; done += BATCH, round += 1) {
      const template = templates[round % templates.length] ?? [];
      const shiftUs = Math.floor(round / templates.length) * templateUs;
      for (const result of template) {
        // A template is reused only after its turn came and went: the log has encoded it long since.
        result.timestamp += shiftUs === 0 ? 0 : templateUs;
        result.started_at += shiftUs === 0 ? 0 : templateUs;
      }
      pending.push(pipeline.log.append(template));
      if (pending.length >= 2) await pending.shift();
      if (round % 250 === 0) progress(`${done / 1e6} M`);
    }
    await Promise.all(pending);
    while (pipeline.log.stats().waiting > 0) await pipeline.job.flush();
    await pipeline.job.stop();
    const seconds = (performance.now() - startMs) / 1000;
    await pipeline.log.stop();
    const lake = join(pipeline.directory, 'datalake');
    const [[rawRows = 0] = []] = await askLake(lake, 'SELECT count(*) FROM RAW');
    const [[windowRows = 0] = []] = await askLake(lake, 'SELECT count(*) FROM METRICS');
    pipeline.remove();
    return [
      {
        name: 'events through log, windows and both tables',
        value: EVENTS / seconds,
        unit: 'per s',
        baseline: { name: 'objects made', value: bare },
        goal: { at: 'least', value: 200_000 },
      },
      { name: 'raw rows in the lake', value: rawRows, unit: 'rows', goal: { at: 'least', value: EVENTS } },
      { name: 'window rows in the lake', value: windowRows, unit: 'rows' },
    ];
  },
};
