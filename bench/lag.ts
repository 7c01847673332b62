import { runEngine, sleep } from './support/engine-run';
import type { Benchmark, BenchResult } from './support/result';
import { startBenchServer } from './support/server';
import { quantile } from './support/statistics';

const SECONDS = 60;
/** At the start every target is probed at once and the code is not compiled yet: that takes some seconds of a busy machine. */
const WARM_UP_S = 10;

/** The bare baseline: how late this machine's own timers are, asked for every millisecond while the same load runs. */
function timerLag(seconds: number): Promise<number[]> {
  const lags: number[] = [];
  const endMs = performance.now() + seconds * 1000;
  return new Promise((resolve) => {
    const next = (): void => {
      const dueMs = performance.now() + 20;
      setTimeout(() => {
        const nowMs = performance.now();
        lags.push(Math.max(0, nowMs - dueMs));
        if (nowMs < endMs) next();
        else resolve(lags);
      }, 20);
    };
    next();
  });
}

export const benchmark: Benchmark = {
  name: 'lag',
  about: `scheduling lag and missed ticks at 1 Hz over ${SECONDS} s, against an idle process's timers in the same minute`,
  async run(progress) {
    const results: BenchResult[] = [];
    for (const [secure, count] of [
      [false, 100],
      [true, 100],
      [false, 1000],
      [true, 1000],
    ] as const) {
      const label = `${count} ${secure ? 'HTTPS' : 'HTTP'} targets`;
      progress(label);
      const server = await startBenchServer();
      const origin = secure ? `https://127.0.0.1:${server.httpsPort}` : `http://127.0.0.1:${server.httpPort}`;
      const engine = await runEngine({
        targets: Array.from({ length: count }, (_, index) => ({
          name: `t${index}`,
          url: `${origin}/${index}`,
          intervalMs: 1000,
        })),
        caFile: server.caFile,
      });
      await sleep(WARM_UP_S * 1000);
      const bare = await timerLag(SECONDS + 1);
      await engine.stop();
      server.stop();
      const steady = `timestamp >= (SELECT min(timestamp) FROM RAW) + INTERVAL ${WARM_UP_S} SECOND
        AND timestamp < (SELECT min(timestamp) FROM RAW) + INTERVAL ${WARM_UP_S + SECONDS} SECOND`;
      const [lag] = await engine.ask(`
        SELECT quantile_disc(lag, 0.5), quantile_disc(lag, 0.99), max(lag), count(*) FROM (
          SELECT (epoch_us(started_at) - epoch_us(timestamp)) / 1000.0 AS lag FROM RAW
          WHERE outcome <> 'missed' AND attempt = 1 AND ${steady})`);
      const [missed] = await engine.ask(
        `SELECT coalesce(sum(missed_count), 0), count(*) FILTER (outcome = 'down') FROM RAW WHERE ${steady}`,
      );
      engine.remove();
      results.push(
        {
          name: `${label}: lag p50`,
          value: lag?.[0] ?? Number.NaN,
          unit: 'ms',
          baseline: { name: 'timer p50', value: quantile(bare, 0.5) },
        },
        {
          name: `${label}: lag p99`,
          value: lag?.[1] ?? Number.NaN,
          unit: 'ms',
          baseline: { name: 'timer p99', value: quantile(bare, 0.99) },
          goal: { at: 'most', value: secure ? 20 : 5 },
        },
        { name: `${label}: lag max`, value: lag?.[2] ?? Number.NaN, unit: 'ms' },
        { name: `${label}: probes of ${count * SECONDS} due`, value: lag?.[3] ?? 0, unit: 'probes' },
        { name: `${label}: missed`, value: missed?.[0] ?? 0, unit: 'ticks', goal: { at: 'most', value: 0 } },
        { name: `${label}: down`, value: missed?.[1] ?? 0, unit: 'probes', goal: { at: 'most', value: 0 } },
      );
    }
    return results;
  },
};
