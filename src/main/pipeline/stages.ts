import { AppError } from '../../shared/contract/app-error';
import type { RestartableStage } from '../../shared/contract/health';
import type { Role } from '../../shared/domain/kafka-settings';

const RETRY_MS = 5000;

export interface StageParts {
  role: Role;
  prober: { restart(): Promise<void> };
  log: { start(): Promise<void>; stop(): Promise<void> };
  /** Windows and lake run as one job: its checkpoint holds both. */
  job: { start(): Promise<void>; stop(): Promise<unknown> };
  /** Log or job could not be started; it is tried again. */
  onFailed: (error: unknown) => void;
}

/** Stops and starts single stages while the rest runs, one change at a time. */
export interface Stages {
  /** @throws AppError `not_found` for a stage that the role does not have; when it could not be started: it is tried again until it can */
  restart(stage: RestartableStage): Promise<void>;
  /** The job stands still: starts it again, after a while and until that works. @param error to be told */
  jobFailed(error?: unknown): void;
  /** Runs `work` while no stage is being restarted, and nothing is restarted while it runs. */
  alone<T>(work: () => Promise<T>): Promise<T>;
  /** No restart begins after this; resolves when one under way has ended. Idempotent. */
  stop(): Promise<void>;
}

/** An aggregator has an embedded log too: of an earlier life's probes. */
const LACKING: Record<Role, readonly RestartableStage[]> = {
  all: [],
  prober: ['windows', 'lake'],
  aggregator: ['prober'],
};

function lacking(stage: RestartableStage, role: Role): AppError {
  const message = `This process is a mere ${role} and has no stage "${stage}": restart it where it runs.`;
  return new AppError('not_found', message, { field: 'stage' });
}

export function createStages(parts: StageParts): Stages {
  const { prober, log, job } = parts;
  let last: Promise<unknown> = Promise.resolve();
  let retry: NodeJS.Timeout | null = null;
  let isStopped = false;

  const alone = <T>(work: () => Promise<T>): Promise<T> => {
    const done = last.then(work);
    last = done.catch(() => undefined);
    return done;
  };
  const restartNow = async (withLog: boolean): Promise<void> => {
    if (isStopped) return;
    if (retry !== null) clearTimeout(retry);
    retry = null;
    try {
      await job.stop();
      if (withLog) await log.stop();
      // Does nothing where it runs: it may be what an earlier restart could not start.
      await log.start();
      await job.start();
    } catch (error) {
      parts.onFailed(error);
      tryLater();
      throw error;
    }
  };
  function tryLater(): void {
    if (isStopped || retry !== null) return;
    retry = setTimeout(() => {
      retry = null;
      // A failure has been told, and has set the next try.
      void alone(() => restartNow(false)).catch(() => undefined);
    }, RETRY_MS);
  }

  return {
    async restart(stage) {
      if (LACKING[parts.role].includes(stage)) throw lacking(stage, parts.role);
      await alone(() => (stage === 'prober' ? prober.restart() : restartNow(stage === 'log')));
    },
    jobFailed(error) {
      if (error !== undefined) parts.onFailed(error);
      tryLater();
    },
    alone,
    async stop() {
      isStopped = true;
      if (retry !== null) clearTimeout(retry);
      retry = null;
      await last;
    },
  };
}
