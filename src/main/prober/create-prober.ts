import { availableParallelism } from 'node:os';
import type { ProbeResult } from '../../shared/domain/probe-event';
import type { Clock } from '../platform/clock';
import type { Logger } from '../platform/logger';
import { type Random, systemRandom } from '../platform/random';
import { createHostNetwork, type HostNetwork } from './host-network';
import { KnownDues } from './known-dues';
import type { MissedReason } from './missed-row';
import { createNetworkEvidence } from './network-evidence';
import { OutcomeGate } from './outcome-gate';
import type { Prober, ProberStats, ProbeTarget } from './prober';
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
  random?: Random;
  /** Threads; by default as many as the machine has cores, at most four. */
  poolSize?: number;
  /** Certificate authorities trusted besides the usual ones, PEM; for tests. Users have NODE_EXTRA_CA_CERTS. */
  extraCa?: readonly string[];
  network?: HostNetwork;
}

/** Probes targets in worker threads and hands over what they found, each outcome decided. */
export function createProber(options: ProberOptions): Prober {
  const { clock, logger, random = systemRandom } = options;
  const dues = new KnownDues();
  let targets: readonly ProbeTarget[] = [];
  let running = false;
  let begun = false;
  let missed = 0;

  const network = options.network ?? createHostNetwork(random);
  const gate = new OutcomeGate(createNetworkEvidence(clock, network), options.onResults);
  const take = (results: readonly ProbeResult[]): void => {
    dues.note(results);
    for (const { missed_count } of results) missed += missed_count ?? 0;
    gate.pass(results, targets);
  };
  const takeGaps = (of: readonly ProbeTarget[], reason: MissedReason): void =>
    take(dues.gaps(of, clock.nowUs(), reason));

  const pool = new WorkerPool(options.poolSize ?? Math.min(MAX_WORKERS, availableParallelism()), {
    workerPath: options.workerPath,
    data: { userAgent: `UpTimer/${options.version} (+uptime monitor)`, extraCa: options.extraCa ?? [] },
    logger,
    onResults: take,
    onCrash: (index, of, reason) => {
      takeGaps(of, 'crashed');
      options.onWorkerRestart?.(index, reason);
    },
    lastDueUs: (of) => dues.of(of),
  });

  /** Gap rows, then probes. */
  const begin = (): void => {
    takeGaps(targets, 'closed');
    dues.setTargets(targets, clock.nowUs());
    pool.start(targets);
    begun = true;
  };
  // Starts and stops wait for one another: threads of two lives would probe the same targets.
  let last: Promise<void> = Promise.resolve();
  const inTurn = (work: () => Promise<void>): Promise<void> => {
    last = last.catch(() => undefined).then(work);
    return last;
  };

  return {
    async start(initial, lastDue) {
      if (running) return;
      targets = initial;
      await inTurn(async () => {
        running = true;
        dues.start(lastDue);
        begin();
      });
    },
    setTargets(next) {
      targets = next;
      if (!running) return;
      dues.setTargets(next, clock.nowUs());
      pool.setTargets(next);
    },
    async probeOnce(target) {
      return gate.decide(await pool.probeOnce(target), target);
    },
    stop(graceMs = GRACE_MS) {
      running = false;
      return inTurn(async () => {
        running = false;
        await pool.stop(graceMs);
        await gate.settled();
      });
    },
    restart: () =>
      inTurn(async () => {
        if (!running) return;
        await pool.stop(GRACE_MS);
        // Somebody may have asked for a stop meanwhile.
        if (running) begin();
      }),
    // Threads that were never asked for are not down: they are not there.
    stats: () => ({ ...statsOf(pool, missed), ...(begun ? {} : { workers: [] }) }),
  };
}

function statsOf({ slots }: WorkerPool, missed: number): ProberStats {
  const beats = slots.flatMap(({ beat }) => (beat === null ? [] : [beat]));
  const lags = Float64Array.from(beats.flatMap(({ lagsMs }) => lagsMs)).sort();
  const rank = (q: number): number | null => lags[Math.ceil(q * lags.length) - 1] ?? null;
  return {
    workers: slots.map(({ index, targets, restarts, alive }) => ({
      index,
      targets: targets.filter(({ target }) => !target.paused).length,
      restarts,
      alive,
    })),
    probesPerSecond: beats.reduce((sum, { finished }) => sum + finished, 0),
    inFlight: beats.reduce((sum, { inFlight }) => sum + inFlight, 0),
    lagP50Ms: rank(0.5),
    lagP99Ms: rank(0.99),
    missed,
  };
}
