import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { systemClock } from '../src/main/platform/clock';
import { createPipeline } from './support/in-process';
import type { Benchmark } from './support/result';
import { createNoise, syntheticResult } from './support/synthetic-events';

const TARGETS = 10;
const DAY_S = 86_400;
const SECOND_US = 1_000_000;
/** 1 January 2026, 00:00 UTC. */
const START_US = 1_767_225_600 * SECOND_US;

export const benchmark: Benchmark = {
  name: 'bytes',
  about: `bytes per raw event in the file of a closed day (${TARGETS} targets at 1 Hz, phases random to 0.01 ms), against JSON`,
  async run(progress) {
    const noise = createNoise(11);
    // Hours pass in an instant: a closed day is joined to one file only when nothing more is expected for it.
    let aheadMs = 0;
    const clock = {
      nowUs: () => systemClock.nowUs() + aheadMs * 1000,
      monotonicMs: () => systemClock.monotonicMs() + aheadMs,
    };
    const pipeline = createPipeline(600_000, clock);
    await pipeline.log.start();
    await pipeline.job.start();
    let jsonBytes = 0;
    for (let second = 0; second < DAY_S; second += 300) {
      const results = Array.from({ length: 300 * TARGETS }, (_, index) =>
        syntheticResult(
          index % TARGETS,
          START_US + (second + Math.floor(index / TARGETS)) * SECOND_US + (index % TARGETS) * 97_003,
          noise,
        ),
      );
      if (second === 0) jsonBytes = JSON.stringify(results).length / results.length;
      await pipeline.log.append(results);
      if (second % 3600 === 0) {
        await pipeline.job.flush();
        progress(`hour ${second / 3600}`);
      }
    }
    await pipeline.job.flush();
    const folder = join(pipeline.directory, 'datalake', 'lake1_raw', 'date=2026-01-01');
    const sizes = () => readdirSync(folder).map((name) => statSync(join(folder, name)).size);
    // The day is long over by the clock: maintenance joins its files to one, some at a time.
    for (let step = 0; step < 200 && sizes().length > 1; step += 1) {
      aheadMs += 600_000;
      await pipeline.job.flush();
      await new Promise((resume) => setTimeout(resume, 300));
    }
    const { rawRows } = pipeline.lake.stats();
    const bytes = sizes().reduce((sum, size) => sum + size, 0);
    const files = sizes().length;
    await pipeline.job.stop();
    await pipeline.log.stop();
    pipeline.remove();
    return [
      {
        name: "bytes per raw event in a closed day's file",
        value: bytes / rawRows,
        unit: 'B',
        baseline: { name: 'JSON line', value: jsonBytes },
        goal: { at: 'most', value: 14 },
      },
      { name: 'files of that day', value: files, unit: 'files', goal: { at: 'most', value: 30 } },
    ];
  },
};
