import { AppError } from '../../shared/contract/app-error';
import { lineOfPath } from './json-text';

/** What is wrong with the content of a hand-edited file, with the line, and where its text is kept. */
export function brokenFile(name: string, text: string, error: AppError, copy: string | null): AppError {
  const line = error.field === undefined ? '' : `line ${lineOfPath(text, error.field.split('.'))}: `;
  const kept =
    copy === null
      ? 'It could not be copied aside, so nothing can be saved over it'
      : `Its text is kept as ${copy}`;
  return new AppError(
    error.code,
    `${name} is not used: ${line}${error.message}. ${kept}; the last good content stays in force`,
    { cause: error, ...(error.field === undefined ? {} : { field: error.field }) },
  );
}

export function removedFile(path: string): AppError {
  return new AppError(
    'not_found',
    `${path} was removed: what it held stays in force until UpTimer ends, and is written again with the next change`,
  );
}

export function unreadableFile(path: string, cause: unknown): AppError {
  const reason = `${path} cannot be read (${codeOf(cause)}): check its permissions`;
  return new AppError('not_writable', `${reason}; the last good content stays in force`, { cause });
}

export function unsavedFile(path: string, cause: unknown): AppError {
  const code = codeOf(cause);
  return code === 'ENOSPC' || code === 'EDQUOT'
    ? new AppError('no_space', `${path} cannot be saved: the disk is full; free some space and try again`, {
        domain: 'external',
        retry: 'backoff',
        cause,
      })
    : new AppError('not_writable', `${path} cannot be saved (${code}): check the permissions of its folder`, {
        cause,
      });
}

export function alwaysChanging(path: string): AppError {
  return new AppError('conflict', `${path} was being changed by somebody else all the time: try again`, {
    domain: 'external',
    retry: 'backoff',
  });
}

function codeOf(cause: unknown): string {
  return (cause instanceof Error && 'code' in cause && String(cause.code)) || 'unknown reason';
}
