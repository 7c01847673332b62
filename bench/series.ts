import { createLakeQueries } from '../src/main/datalake/queries/create-lake-queries';
import { systemClock } from '../src/main/platform/clock';
import { createPipeline } from './support/in-process';
import type { Benchmark } from './support/result';
import { quantile } from './support/statistics';
import { createNoise, syntheticResult } from './support/synthetic-events';

const TARGETS = 20;
const HOURS = 26;
const QUESTIONS = 60;
const SECOND_US = 1_000_000;
const START_US = 1_767_225_600 * SECOND_US;

export const benchmark: Benchmark = {
  name: 'series',
  about: `series of one target over a day at 1 Hz in a lake of ${TARGETS} such targets, against a bare count over the same files`,
  async run(progress) {
    const noise = createNoise(13);
    const pipeline = createPipeline(600_000);
    await pipeline.log.start();
    await pipeline.job.start();
    for (let second = 0; second < HOURS * 3600; second += 150) {
      await pipeline.log.append(
        Array.from({ length: 150 * TARGETS }, (_, index) =>
          syntheticResult(
            index % TARGETS,
            START_US + (second + Math.floor(index / TARGETS)) * SECOND_US,
            noise,
          ),
        ),
      );
      if (second % 3600 === 0) {
        await pipeline.job.flush();
        progress(`hour ${second / 3600}`);
      }
    }
    await pipeline.job.flush();
    const queries = createLakeQueries({
      views: pipeline.lake.views,
      overlay: () => pipeline.job.overlay(),
      clock: systemClock,
      stats: pipeline.lake.stats,
    });
    const { signal } = new AbortController();
    const times: Record<'day' | 'hour', number[]> = { day: [], hour: [] };
    for (let question = 0; question < QUESTIONS; question += 1) {
      for (const [span, hours] of [
        ['day', 24],
        ['hour', 1],
      ] as const) {
        const fromUs = START_US + question * 60 * SECOND_US;
        const startMs = performance.now();
        await queries.series(
          {
            targetId: `service-${question % TARGETS}`,
            range: { fromUs, toUs: fromUs + hours * 3600 * SECOND_US },
            width: 1000,
          },
          signal,
        );
        times[span].push(performance.now() - startMs);
      }
    }
    const bare: number[] = [];
    const connection = await pipeline.lake.views.connect();
    for (let question = 0; question < 20; question += 1) {
      const startMs = performance.now();
      await connection.runAndReadAll(
        `SELECT count(*), sum(latency_ms) FROM read_parquet('${pipeline.directory}/datalake/lake1_raw/*/*.parquet')
         WHERE target_id = 'service-${question % TARGETS}'`,
      );
      bare.push(performance.now() - startMs);
    }
    connection.closeSync();
    await pipeline.job.stop();
    await pipeline.log.stop();
    pipeline.remove();
    return [
      {
        name: 'series of a day, p95',
        value: quantile(times.day, 0.95),
        unit: 'ms',
        baseline: { name: 'bare scan', value: quantile(bare, 0.95) },
        goal: { at: 'most', value: 100 },
      },
      {
        name: 'series of an hour from attempts, p95',
        value: quantile(times.hour, 0.95),
        unit: 'ms',
        baseline: { name: 'bare scan', value: quantile(bare, 0.95) },
        goal: { at: 'most', value: 100 },
      },
    ];
  },
};
