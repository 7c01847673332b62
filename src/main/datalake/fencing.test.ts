import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { LakeWriter } from './lake';
import {
  createTestClock,
  eventOf,
  newLake,
  noProgress,
  START_US,
  windowOf,
  withFolder,
} from './lake-fixtures';
import { type Chapter, expectCommitted, play, story } from './testing-story';

const STEPS = Number(process.env.FENCING_STEPS ?? 2);

/** Every file of the lake with what would tell a change of it; what processes keep for themselves is left out. */
async function picture(directory: string): Promise<string[]> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true });
  const files = entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((path) => !path.includes(join('checkpoints', 'tmp')));
  const found = await Promise.all(
    files.map(async (path) => {
      const { ino, mtimeMs, size } = await stat(path);
      return `${path} ${ino} ${size} ${mtimeMs}`;
    }),
  );
  return found.sort();
}

/** Whatever a former owner still tries; returns the codes of what it was told. */
async function tryEverything(writer: LakeWriter): Promise<unknown[]> {
  const told: unknown[] = [];
  const attempt = async (work: () => Promise<unknown>): Promise<void> => {
    await work().catch((error: unknown) => {
      told.push(error instanceof Error && 'code' in error ? error.code : error);
    });
  };
  await attempt(async () => writer.append([eventOf(900)]));
  await attempt(async () =>
    writer.quarantine([
      {
        partition: 0,
        offset: '7',
        reason: 'not_json',
        detail: 'no JSON',
        key: null,
        value: null,
        timestampUs: 0,
      },
    ]),
  );
  await attempt(() => writer.flushRaw());
  await attempt(() => writer.upsertWindows([windowOf(START_US, { total_pings: 1 })]));
  await attempt(() => writer.commit(noProgress));
  await attempt(() => writer.maintain(START_US));
  return told;
}

interface Round {
  /** Whether the step was reached. */
  reached: boolean;
  step: string;
}

/** Plays the story; just before the n-th step another process takes over and writes a chapter, then the former one goes on. */
async function overtakenAt(n: number, chapters: readonly Chapter[]): Promise<Round> {
  return withFolder(async (directory) => {
    const clock = createTestClock(chapters[0]?.nowUs);
    const other = newLake(directory, { clock: createTestClock(chapters[0]?.nowUs) });
    let steps = 0;
    let step = '';
    let after: string[] = [];
    let done = 0;
    const former = newLake(directory, {
      clock,
      failpoint: async (name) => {
        steps += 1;
        if (steps !== n) return;
        step = name;
        const opening = await other.writer.open();
        done = Number(opening.progress?.aggregator ?? 0) + 1;
        await other.writer.close();
        await play(other, createTestClock(chapters[0]?.nowUs), chapters.slice(0, done));
        after = await picture(directory);
      },
    });
    const end: unknown = await play(former, clock, chapters).catch((error: unknown) => error);
    if (step === '') {
      await former.writer.close();
      await other.writer.close();
      return { reached: false, step };
    }
    // Only who had not taken over yet when the other one did may have become the owner after it.
    if (end !== undefined) {
      expect(end, step).toMatchObject({ code: 'fenced', domain: 'external', retry: 'backoff' });
      const told = await tryEverything(former.writer).catch((error: unknown) => [error]);
      expect(
        told.filter((code) => code !== 'fenced' && code !== 'unavailable'),
        step,
      ).toEqual([]);
      expect(await picture(directory), step).toEqual(after);
      await play(other, createTestClock(chapters[0]?.nowUs), chapters);
    }
    await former.writer.close();
    await other.writer.close();
    await expectCommitted(directory, newLake(directory, { clock }), chapters, chapters.length);
    return { reached: true, step };
  }, true);
}

describe('a former owner that goes on after another process has taken its partition over', () => {
  it('changes nothing, whichever step it was about to do, and is told', { timeout: 240_000 }, async () => {
    const chapters = story().slice(0, 6);
    const names: string[] = [];
    await withFolder(async (directory) => {
      const clock = createTestClock(chapters[0]?.nowUs);
      const lake = newLake(directory, { clock, failpoint: (name) => void names.push(name) });
      await play(lake, clock, chapters);
      await lake.writer.close();
    }, true);
    // Steps of one kind on the same sort of file, a few of each; all of them: FENCING_STEPS=1000 npm test -- fencing
    const seen = new Map<string, number>();
    const waiting = names.flatMap((name, index) => {
      const sort = name.replace(/[0-9a-f]{8,}|\d+/g, '#');
      seen.set(sort, (seen.get(sort) ?? 0) + 1);
      return (seen.get(sort) ?? 0) > STEPS ? [] : [index + 1];
    });
    const kinds = new Set<string>();
    const work = async (): Promise<void> => {
      for (let n = waiting.shift(); n !== undefined; n = waiting.shift()) {
        const { reached, step } = await overtakenAt(n, chapters);
        if (reached) kinds.add(step.split(' ')[0] ?? '');
      }
    };
    await Promise.all([work(), work(), work()]);
    for (const kind of ['mkdir', 'own', 'write', 'sync', 'rename', 'replace', 'place', 'keep', 'remove']) {
      expect(kinds).toContain(kind);
    }
  });
});
