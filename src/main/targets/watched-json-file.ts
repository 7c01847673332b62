import { type FSWatcher, watch } from 'node:fs';
import { copyFile, mkdir, readFile, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { AppError } from '../../shared/contract/app-error';
import { writeFileAtomic } from '../platform/atomic-file';
import type { Clock } from '../platform/clock';

/** Besides the watcher, which some filesystems do not have, the file is looked at this often. */
const LOOK_MS = 400;
/** A file has to stand still this long before it is read: some editors empty it first and write it then. */
const STABLE_MS = 150;

export interface WatchedJsonFileOptions<T> {
  path: string;
  clock: Clock;
  /** Turns the parsed JSON into a value; throws an AppError that names the field. */
  parse: (json: unknown) => T;
  /** A hand edit was read, with what it became. */
  onEdited: (value: T) => void;
  /** The file is broken (with the copy's path in the error's words), or null: it is good again. */
  onProblem: (problem: AppError | null) => void;
}

/**
 * A JSON file that both the engine and a person edit. Saved atomically; a hand edit takes effect within a second; a broken one is
 * copied aside and changes nothing.
 */
export class WatchedJsonFile<T> {
  private lastText: string | null = null;
  private lastStamp = '';
  private watcher: FSWatcher | null = null;
  private timer: NodeJS.Timeout | null = null;
  private soon: NodeJS.Timeout | null = null;
  private work: Promise<unknown> = Promise.resolve();
  private stopped = true;

  constructor(private readonly options: WatchedJsonFileOptions<T>) {}

  /** Reads the file and begins to watch it. Null when there is none, or it is broken (then `onProblem` was told). */
  async start(): Promise<T | null> {
    const { path } = this.options;
    await mkdir(dirname(path), { recursive: true });
    this.stopped = false;
    const value = await this.read();
    try {
      this.watcher = watch(dirname(path), (_event, name) => {
        if (name === null || name === basename(path)) this.lookSoon();
      });
      this.watcher.on('error', () => undefined);
    } catch {
      // No watcher here: looking regularly is enough.
    }
    this.timer = setInterval(() => this.lookSoon(), LOOK_MS);
    return value;
  }

  async stop(): Promise<void> {
    this.stopped = true;
    this.watcher?.close();
    if (this.timer !== null) clearInterval(this.timer);
    if (this.soon !== null) clearTimeout(this.soon);
    await this.work.catch(() => undefined);
  }

  /** Runs `change` after a hand edit that stands in the file was taken in, then saves what it returns. */
  save(change: () => T): Promise<void> {
    return this.serially(async () => {
      await this.look(0);
      const text = `${JSON.stringify(change(), null, 2)}\n`;
      await writeFileAtomic(this.options.path, text).catch((cause: unknown) => {
        throw unwritable(this.options.path, cause);
      });
      this.lastText = text;
      this.lastStamp = await this.stamp();
      this.options.onProblem(null);
    });
  }

  private serially<R>(step: () => Promise<R>): Promise<R> {
    const next = this.work.then(step);
    this.work = next.catch(() => undefined);
    return next;
  }

  private lookSoon(): void {
    if (this.soon !== null || this.stopped) return;
    this.soon = setTimeout(() => {
      this.soon = null;
      void this.serially(() => this.look(STABLE_MS));
    }, 20);
  }

  private async look(stableMs: number): Promise<void> {
    let stamp = await this.stamp();
    if (stamp === this.lastStamp || stamp === '') return;
    while (stableMs > 0) {
      await new Promise((resume) => setTimeout(resume, stableMs));
      const later = await this.stamp();
      if (later === stamp) break;
      stamp = later;
    }
    const value = await this.read();
    if (value !== null) this.options.onEdited(value);
  }

  /** The value of a changed file; null when it is absent, unchanged or broken. */
  private async read(): Promise<T | null> {
    const { path, parse, onProblem } = this.options;
    this.lastStamp = await this.stamp();
    let text: string;
    try {
      text = await readFile(path, 'utf8');
    } catch (cause) {
      if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return null;
      onProblem(new AppError('not_writable', `${path} cannot be read; check its permissions`, { cause }));
      return null;
    }
    if (text === this.lastText) return null;
    this.lastText = text;
    try {
      const value = parse(parseJson(text));
      onProblem(null);
      return value;
    } catch (error) {
      const copy = await this.keepAside();
      const reason = error instanceof AppError ? error : new AppError('corrupt', String(error));
      const message = `${basename(path)} is not used: ${reason.message}. The last good content stays in force; a copy is ${copy}`;
      onProblem(
        new AppError(reason.code, message, {
          cause: error,
          ...(reason.field === undefined ? {} : { field: reason.field }),
        }),
      );
      return null;
    }
  }

  private async keepAside(): Promise<string> {
    const { path, clock } = this.options;
    const time = new Date(clock.nowUs() / 1000).toISOString().replace(/[:.]/g, '-');
    const name = basename(path).replace(/\.json$/, `.broken-${time}.json`);
    await copyFile(path, join(dirname(path), name)).catch(() => undefined);
    return name;
  }

  private async stamp(): Promise<string> {
    try {
      const { mtimeMs, size, ino } = await stat(this.options.path);
      return `${mtimeMs} ${size} ${ino}`;
    } catch {
      return '';
    }
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    const at = /position (\d+)/.exec(String(cause))?.[1];
    const line = at === undefined ? '' : ` in line ${text.slice(0, Number(at)).split('\n').length}`;
    throw new AppError('corrupt', `it is not JSON${line}`, { cause });
  }
}

function unwritable(path: string, cause: unknown): AppError {
  const code = (cause as NodeJS.ErrnoException).code;
  if (code === 'ENOSPC' || code === 'EDQUOT') {
    return new AppError(
      'no_space',
      `${path} cannot be saved: the disk is full; free some space and try again`,
      { cause },
    );
  }
  return new AppError(
    'not_writable',
    `${path} cannot be saved (${code ?? 'unknown'}); check its permissions`,
    { cause },
  );
}
