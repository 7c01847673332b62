import type { RestartableStage } from '../../shared/contract/health';

const RETRY_MS = 5000;

export interface StageParts {
  prober: { restart(): Promise<void> };
  log: { start(): Promise<void>; stop(): Promise<void> };
  /** Windows and lake run as one job: its checkpoint holds both. */
  job: { start(): Promise<void>; stop(): Promise<unknown> };
  /** Log or job could not be started; it is tried again. */
  onFailed: (error: unknown) => void;
}

/** Stops and starts single stages while the rest runs, one change at a time. */
export interface Stages {
  /** @throws AppError when it could not be started; it is tried again until it can */
  restart(stage: RestartableStage): Promise<void>;
  /** The job stands still: starts it again, after a while and until that works. @param error to be told */
  jobFailed(error?: unknown): void;
  /** Runs `work` while no stage is being restarted, and nothing is restarted while it runs. */
  alone<T>(work: () => Promise<T>): Promise<T>;
  /** No restart begins after this; resolves when one under way has ended. Idempotent. */
  stop(): Promise<void>;
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
    restart: (stage) =>
      stage === 'prober' ? alone(() => prober.restart()) : alone(() => restartNow(stage === 'log')),
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
