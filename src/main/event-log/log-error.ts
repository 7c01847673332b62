import { AppError } from '../../shared/contract/app-error';

const NO_SPACE = new Set<unknown>(['ENOSPC', 'EDQUOT', 28, 122]);
const NOT_WRITABLE = new Set<unknown>(['EACCES', 'EPERM', 'EROFS', 13, 1, 30]);
/** LMDB: page not found, corrupted, invalid, wrong type. */
const CORRUPT = new Set<unknown>([-30797, -30796, -30793, -30784]);

/** Why the log's folder could not be read or written, as a sentence that says how to mend it. */
export function toLogError(thrown: unknown, directory: string): AppError {
  if (thrown instanceof AppError) return thrown;
  const code = thrown instanceof Error && 'code' in thrown ? thrown.code : undefined;
  if (NO_SPACE.has(code)) return noSpace(directory, thrown);
  if (NOT_WRITABLE.has(code)) {
    return new AppError(
      'not_writable',
      `${directory} cannot be written. Give this user the right to write there, or choose another folder with --data.`,
      { domain: 'external', retry: 'backoff', cause: thrown },
    );
  }
  const reason = thrown instanceof Error ? thrown.message : String(thrown);
  return CORRUPT.has(code)
    ? corrupt(directory, reason, thrown)
    : new AppError('unavailable', `The event log in ${directory} failed: ${reason}`, {
        domain: 'external',
        retry: 'backoff',
        cause: thrown,
      });
}

export function noSpace(directory: string, cause?: unknown): AppError {
  return new AppError(
    'no_space',
    `The disk of ${directory} is full. Free some space: finished probes wait in memory and are written then.`,
    { domain: 'external', retry: 'backoff', cause },
  );
}

export function corrupt(directory: string, reason: string, cause?: unknown): AppError {
  return new AppError('corrupt', `The event log in ${directory} is damaged: ${reason}`, {
    domain: 'external',
    cause,
  });
}

export function tooNew(directory: string): AppError {
  return new AppError(
    'too_new',
    `The event log in ${directory} was written by a newer version of UpTimer. Use that version, or move the folder away.`,
  );
}

export function notRunning(): AppError {
  return new AppError('unavailable', 'The event log is not running.', {
    domain: 'external',
    retry: 'backoff',
  });
}
