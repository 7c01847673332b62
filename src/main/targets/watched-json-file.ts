import { watch } from 'node:fs';
import { readFile, realpath } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { AppError, toAppError } from '../../shared/contract/app-error';
import { writeFileAtomic } from '../platform/atomic-file';
import type { Clock } from '../platform/clock';
import { makeDirectory } from '../platform/make-directory';
import { keepBrokenCopy } from './broken-copy';
import { alwaysChanging, brokenFile, removedFile, unreadableFile, unsavedFile } from './file-problem';
import { isEmpty, modeOf, stampOf } from './file-stamp';
import { parseJsonText } from './json-text';

/** Besides the watcher, which some filesystems do not have, the file is looked at this often. */
const LOOK_MS = 400;
/** A file has to stand still this long before it is read: some editors empty it first and write it then. */
const STILL_MS = 150;
/** An empty file, or none where there was one, is most likely about to be written. */
const STILL_EMPTY_MS = 600;
const STEP_MS = 50;
const MAX_SAVES = 5;

export interface WatchedJsonFileOptions<T> {
  path: string;
  clock: Clock;
  /** Turns parsed JSON into a value; throws an AppError that names the field. */
  parse: (json: unknown) => T;
  /** What is written for a value. */
  format: (value: T) => unknown;
  /** A hand edit was read. */
  onEdited: (value: T) => void;
  /** The file as it stands cannot be used, and why; null: it is good again. */
  onProblem: (problem: AppError | null) => void;
}

/**
 * A JSON file that both the engine and a person edit.
 *
 * A hand edit takes effect within a second. A broken one changes nothing: its text is copied to `NAME.broken-TIME.json`, the
 * problem is told, and the file itself stays as the person left it until it is mended or the next `save` replaces it.
 */
export interface WatchedJsonFile<T> {
  /** Reads the file and begins to watch it. Of a `broken` one `onProblem` was told. */
  start(): Promise<Found<T>>;
  /** Idempotent. */
  stop(): Promise<void>;
  /**
   * Takes in what somebody else wrote meanwhile, then saves what `change` makes of it. `change` is called again when the file
   * changed under way. @throws AppError when it cannot be saved; what `change` throws
   */
  save(change: () => T): Promise<void>;
}

type Found<T> = { state: 'read'; value: T } | { state: 'absent' } | { state: 'broken' };
type Reading<T> = Found<T> | { state: 'same' };

class ChangedMeanwhile extends Error {}

export function createWatchedJsonFile<T>(options: WatchedJsonFileOptions<T>): WatchedJsonFile<T> {
  const { path, clock, parse, format, onEdited, onProblem } = options;
  const name = basename(path);
  let last: { stamp: string; text: string | null } = { stamp: '', text: null };
  /** Why the file on disk must not be replaced: it holds what stands nowhere else. */
  let untouchable: AppError | null = null;
  let work: Promise<unknown> = Promise.resolve();
  let isQueued = false;
  let running: AbortController | null = null;

  const serially = <R>(step: () => Promise<R>): Promise<R> => {
    const done = work.then(step);
    work = done.catch(() => undefined);
    return done;
  };

  /** Resolves once the file is as it was last seen, or has stood still for long enough. */
  const settle = async (known: string | null, stop?: AbortSignal): Promise<string> => {
    let stamp = await stampOf(path);
    let stillMs = 0;
    while (stamp !== known && stillMs < (isEmpty(stamp) ? STILL_EMPTY_MS : STILL_MS)) {
      await sleep(STEP_MS, undefined, stop === undefined ? {} : { signal: stop });
      const later = await stampOf(path);
      stillMs = later === stamp ? stillMs + STEP_MS : 0;
      stamp = later;
    }
    return stamp;
  };

  const read = async (): Promise<Reading<T>> => {
    const stamp = await stampOf(path);
    let text: string;
    try {
      text = await readFile(path, 'utf8');
    } catch (cause) {
      const isGone = codeOf(cause) === 'ENOENT';
      const wasThere = last.text !== null;
      last = { stamp: isGone ? '' : stamp, text: null };
      untouchable = isGone ? null : unreadableFile(path, cause);
      if (untouchable !== null || wasThere) onProblem(untouchable ?? removedFile(path));
      return isGone ? { state: 'absent' } : { state: 'broken' };
    }
    if (text === last.text) {
      last.stamp = stamp;
      return { state: 'same' };
    }
    last = { stamp, text };
    untouchable = null;
    try {
      const value = parse(parseJsonText(text));
      onProblem(null);
      return { state: 'read', value };
    } catch (error) {
      const copy = await keepBrokenCopy(path, text, clock).catch((cause: unknown) => {
        untouchable = unsavedFile(`a copy of ${path}`, cause);
        return null;
      });
      onProblem(brokenFile(name, text, toAppError(error), copy));
      return { state: 'broken' };
    }
  };

  /** @param stop ends the waiting, by rejecting */
  const takeIn = async (stop?: AbortSignal): Promise<void> => {
    if ((await settle(last.stamp, stop)) === last.stamp) return;
    const reading = await read();
    if (reading.state === 'read') onEdited(reading.value);
  };

  const replace = async (text: string): Promise<void> => {
    let stamp = '';
    // A link to a file elsewhere stays a link.
    const target = await realpath(path).catch(() => path);
    await writeFileAtomic(target, text, {
      mode: await modeOf(path),
      async beforeRename(temporary) {
        if ((await stampOf(path)) !== last.stamp) throw new ChangedMeanwhile();
        // Taken before the rename, which keeps it: nobody else's edit can be mistaken for ours.
        stamp = await stampOf(temporary);
      },
    });
    last = { stamp, text };
  };

  const look = (): void => {
    if (isQueued || running === null) return;
    const { signal } = running;
    isQueued = true;
    void serially(() => {
      isQueued = false;
      return takeIn(signal);
    }).catch((error: unknown) => {
      if (!signal.aborted) onProblem(toAppError(error));
    });
  };

  return {
    async start() {
      await makeDirectory(dirname(path));
      running = new AbortController();
      const reading = await serially(async () => {
        const text = await readFile(path, 'utf8').catch(() => null);
        // What cannot be read yet may be being written just now.
        if (text !== null && !canParse(text)) await settle(null);
        return read();
      });
      const { signal } = running;
      try {
        const watcher = watch(dirname(path), { persistent: false, signal }, (_event, changed) => {
          if (changed === null || changed === name) look();
        });
        watcher.on('error', () => undefined);
      } catch {
        // No watcher on this filesystem: looking regularly is enough.
      }
      const timer = setInterval(look, LOOK_MS).unref();
      signal.addEventListener('abort', () => clearInterval(timer));
      return reading.state === 'same' ? { state: 'absent' } : reading;
    },
    async stop() {
      running?.abort();
      running = null;
      // Taking an edit in may have begun a save.
      for (let waited: unknown = null; waited !== work; ) {
        waited = work;
        await work;
      }
    },
    save: (change) =>
      serially(async () => {
        for (let save = 0; save < MAX_SAVES; save += 1) {
          await takeIn();
          if (untouchable !== null) throw untouchable;
          try {
            await replace(`${JSON.stringify(format(change()), null, 2)}\n`);
            onProblem(null);
            return;
          } catch (error) {
            if (error instanceof AppError) throw error;
            if (!(error instanceof ChangedMeanwhile)) throw unsavedFile(path, error);
          }
        }
        throw alwaysChanging(path);
      }),
  };
}

function canParse(text: string): boolean {
  try {
    parseJsonText(text);
    return true;
  } catch {
    return false;
  }
}

function codeOf(cause: unknown): string | undefined {
  return cause instanceof Error && 'code' in cause ? String(cause.code) : undefined;
}
