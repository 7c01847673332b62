import { availableParallelism } from 'node:os';
import type { ProbeResult } from '../../shared/domain/probe-event';
import type { Clock } from '../platform/clock';
import type { Logger } from '../platform/logger';
import { gapRows } from './missed-row';
import { createNetworkEvidence, type HostNetwork } from './network-evidence';
import { OutcomeGate } from './outcome-gate';
import type { LastDue, Prober, ProbeTarget } from './prober';
import { WorkerPool } from './worker-pool';

const MAX_WORKERS = 4;
const GRACE_MS = 1500;

export interface ProberOptions {
  /** The built worker, started by path. */
  workerPath: string;
  clock: Clock;
  logger: Logger;
  version: string;
  /** Takes every finished attempt and every missed row; must not throw. */
  onResults: (results: ProbeResult[]) => void;
  onWorkerRestart?: (index: number, reason: string) => void;
  poolSize?: number;
  extraCa?: readonly string[];
  network?: HostNetwork;
}

/** Probes targets in worker threads and hands over what they found, each outcome decided. */
export function createProber(options: ProberOptions): Prober {
  const { clock, logger } = options;
  const lastDueUs = new Map<string, number>();
  let targets: readonly ProbeTarget[] = [];
  let started = false;
  let missed = 0;

  const deliver = (results: ProbeResult[]): void => {
    for (const result of results) {
      const dueUs = result.missed_until ?? result.timestamp;
      if (dueUs > (lastDueUs.get(result.target_id) ?? 0)) lastDueUs.set(result.target_id, dueUs);
      missed += result.missed_count ?? 0;
    }
    options.onResults(results);
  };
  const gate = new OutcomeGate(createNetworkEvidence(clock, options.network), deliver);

  /** What was due since a target's last known instant, as rows in order of time over all targets. */
  const gapsOf = (of: readonly ProbeTarget[], code: 'closed' | 'worker_crashed'): ProbeResult[] => {
    const nowUs = clock.nowUs();
    return of
      .filter(({ target }) => !target.paused)
      .flatMap(({ target, displayUrl }) => {
        const sinceUs = lastDueUs.get(target.id);
        if (sinceUs === undefined) return [];
        const intervalUs = target.intervalMs * 1000;
        const about = { targetId: target.id, url: displayUrl, configVersion: target.configVersion, code };
        return gapRows({ ...about, fromUs: sinceUs + intervalUs, untilUs: nowUs - 1 }, intervalUs);
      })
      .sort((a, b) => a.timestamp - b.timestamp);
  };

  const pool = new WorkerPool({
    workerPath: options.workerPath,
    size: options.poolSize ?? Math.max(1, Math.min(MAX_WORKERS, availableParallelism())),
    data: { userAgent: `UpTimer/${options.version} (+uptime monitor)`, extraCa: options.extraCa ?? [] },
    logger,
    onResults: (results) => gate.pass(results, targets),
    onCrash: (index, of, reason) => {
      deliver(gapsOf(of, 'worker_crashed'));
      options.onWorkerRestart?.(index, reason);
    },
  });

  return {
    async start(initial: readonly ProbeTarget[], lastDue: readonly LastDue[]) {
      if (started) return;
      started = true;
      targets = initial;
      for (const { targetId, timestampUs } of lastDue) lastDueUs.set(targetId, timestampUs);
      deliver(gapsOf(targets, 'closed'));
      pool.start(targets);
    },
    setTargets(next) {
      // Paused time is not missed: whoever pauses starts anew.
      const active = new Set(next.filter(({ target }) => !target.paused).map(({ target }) => target.id));
      for (const id of lastDueUs.keys()) if (!active.has(id)) lastDueUs.delete(id);
      targets = next;
      if (started) pool.setTargets(next);
    },
    async probeOnce(target) {
      const result = await pool.probeOnce(target);
      return gate.decide(result, target);
    },
    async stop(graceMs = GRACE_MS) {
      if (!started) return;
      started = false;
      await pool.stop(graceMs);
      await gate.settled();
    },
    async restart() {
      await pool.stop(GRACE_MS);
      deliver(gapsOf(targets, 'closed'));
      pool.start(targets);
    },
    stats() {
      const beats = pool.workers.flatMap(({ beat }) => (beat === null ? [] : [beat]));
      const lags = Float64Array.from(beats.flatMap(({ lagsMs }) => lagsMs)).sort();
      const rank = (q: number): number | null =>
        lags.length === 0 ? null : (lags[Math.ceil(q * lags.length) - 1] as number);
      return {
        workers: pool.workers.map(({ index, targets: own, restarts, alive }) => ({
          index,
          targets: own.filter(({ target }) => !target.paused).length,
          restarts,
          alive,
        })),
        probesPerSecond: beats.reduce((sum, { finished }) => sum + finished, 0),
        inFlight: beats.reduce((sum, { inFlight }) => sum + inFlight, 0),
        lagP50Ms: rank(0.5),
        lagP99Ms: rank(0.99),
        missed,
      };
    },
  };
}
