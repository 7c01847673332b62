import { type IntervalHistogram, monitorEventLoopDelay } from 'node:perf_hooks';
import type { Health } from '../../shared/contract/health';
import type { Clock } from '../platform/clock';

/** What the process itself costs: memory, CPU, and how long its main thread keeps others waiting. */
export interface ProcessMonitor {
  start(): void;
  stop(): void;
  sample(): Health['process'];
}

const SAMPLE_EVERY_MS = 900;

export function createProcessMonitor(clock: Clock): ProcessMonitor {
  let delay: IntervalHistogram | null = null;
  let lastCpu = process.cpuUsage();
  let lastMs = clock.monotonicMs();
  let latest: Health['process'] = { rssBytes: process.memoryUsage.rss(), cpuPct: 0, eventLoopDelayP99Ms: 0 };

  return {
    start() {
      delay = monitorEventLoopDelay({ resolution: 10 });
      delay.enable();
    },
    stop() {
      delay?.disable();
      delay = null;
    },
    sample() {
      const nowMs = clock.monotonicMs();
      const elapsedMs = nowMs - lastMs;
      // Several askers within a second share one sample: a share of CPU over a few milliseconds says nothing.
      if (elapsedMs < SAMPLE_EVERY_MS) return latest;
      const used = process.cpuUsage(lastCpu);
      lastCpu = process.cpuUsage();
      lastMs = nowMs;
      latest = {
        rssBytes: process.memoryUsage.rss(),
        cpuPct: Math.round((used.user + used.system) / elapsedMs) / 10,
        eventLoopDelayP99Ms:
          delay === null ? 0 : Math.max(0, Math.round(delay.percentile(99) / 1e4) / 100 - 10),
      };
      delay?.reset();
      return latest;
    },
  };
}
