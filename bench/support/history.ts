import { systemClock } from '../../src/main/platform/clock';
import { createPipeline } from './in-process';
import { createNoise, syntheticResult } from './synthetic-events';

const SECOND_US = 1_000_000;
const HOUR_S = 3600;
/** What the sparklines and the live charts show: every second of it is there, of the rest every tenth. */
const DENSE_S = 330;
const CHUNK_S = 30;

/**
 * An hour of probes up to now in a data folder, so that a page has as much to show as after an hour of watching: full
 * heartbeat strips, full sparklines, failures. Targets are `service-0` and so on.
 */
export async function writeHistory(data: string, targets: number): Promise<void> {
  const noise = createNoise(17);
  const pipeline = createPipeline(600_000, systemClock, data);
  await pipeline.log.start();
  await pipeline.job.start();
  const endUs = Math.floor(systemClock.nowUs() / SECOND_US) * SECOND_US;
  for (let from = HOUR_S; from > 0; from -= CHUNK_S) {
    const results = [];
    for (let ago = from; ago > from - CHUNK_S; ago -= ago > DENSE_S ? 10 : 1) {
      for (let target = 0; target < targets; target += 1) {
        results.push(syntheticResult(target, endUs - ago * SECOND_US, noise));
      }
    }
    await pipeline.log.append(results);
  }
  await pipeline.job.flush();
  await pipeline.job.stop();
  await pipeline.log.stop();
}
