import type { RestartableStage } from '../../shared/contract/health';

/** What can be stopped and started again while the rest runs. */
export interface Restartable {
  start(): Promise<void>;
  stop(): Promise<void>;
}

export interface StageParts {
  prober: { restart(): Promise<void> };
  log: Restartable;
  /** Windows and lake run as one job: its checkpoint holds both. */
  job: Restartable;
}

/** Restarts one stage at a time; a second request waits for the first. */
export function createStages(parts: StageParts): { restart(stage: RestartableStage): Promise<void> } {
  let last: Promise<void> = Promise.resolve();
  const restartNow = async (stage: RestartableStage): Promise<void> => {
    if (stage === 'prober') return parts.prober.restart();
    await parts.job.stop();
    if (stage === 'log') {
      await parts.log.stop();
      await parts.log.start();
    }
    await parts.job.start();
  };
  return {
    restart(stage) {
      const restarted = last.then(() => restartNow(stage));
      last = restarted.catch(() => undefined);
      return restarted;
    },
  };
}
