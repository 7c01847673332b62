import type { AppError } from '../../shared/contract/app-error';
import { toAppError } from '../../shared/contract/app-error';
import type { LakeNotice } from '../datalake/lake';
import type { Emitter } from './emitter';
import { createFlushWatch } from './flush-watch';
import type { Notices } from './notices';
import type { FlushReport } from './stream-job';

/** The recorder's troubles, on screen as long as they last. */
export function recorderAlarms(notices: Notices) {
  return {
    onStalled: (error: AppError) =>
      notices.raise(
        'log',
        'log_stalled',
        `the log cannot be written, probes wait in memory: ${error.message}`,
      ),
    onRecovered: () => notices.resolve('log', 'log_stalled'),
  };
}

/**
 * The stream job's troubles; the first flush that works ends them.
 * @param openAnew is called when flushes keep failing for a reason that does not pass by itself
 */
export function streamAlarms(notices: Notices, flushed: Emitter<FlushReport>, openAnew: () => void) {
  const watch = createFlushWatch(openAnew);
  flushed.listen(() => {
    watch.flushed();
    notices.resolve('lake', 'flush_failed');
    notices.resolve('windows', 'stream_failed');
  });
  return {
    onFlushFailed(error: unknown) {
      notices.raise(
        'lake',
        'flush_failed',
        `the lake cannot be written, nothing is lost: ${toAppError(error).message}`,
      );
      watch.failed(error);
    },
    onMaintenance(error: unknown) {
      if (error === null) notices.resolve('lake', 'merge_failed');
      else
        notices.raise(
          'lake',
          'merge_failed',
          `files of the lake cannot be merged, which is tried again: ${toAppError(error).message}`,
        );
    },
    onNotice: ({ code, message }: LakeNotice) => notices.tell('lake', 'warning', code, message),
    onStreamFailed: (error: unknown) =>
      notices.raise(
        'windows',
        'stream_failed',
        `the stream job stopped and is started again: ${toAppError(error).message}`,
      ),
  };
}

interface EditedFile {
  problem(): AppError | null;
  listen(onChange: () => void): () => void;
}

/** A broken `targets.json` or `settings.json` is an alarm until it is good again. Returns the ways to stop. */
export function fileAlarms(
  notices: Notices,
  files: Record<'targets' | 'settings', EditedFile>,
): (() => void)[] {
  return (['targets', 'settings'] as const).map((stage) => {
    const file = files[stage];
    const look = (): void => {
      const problem = file.problem();
      if (problem === null) notices.resolve(stage, 'file_broken');
      else notices.raise(stage, 'file_broken', problem.message);
    };
    look();
    return file.listen(look);
  });
}
