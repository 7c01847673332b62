import { writeFileSync } from 'node:fs';
import { chmod, mkdir, readFile, rename, rm, stat, symlink, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it, onTestFinished } from 'vitest';
import { z } from 'zod';
import { type AppError, invalidInput } from '../../shared/contract/app-error';
import {
  brokenCopies,
  expectOnly,
  readJson,
  STILL_TIME,
  soon,
  stillClock,
  testFolder,
} from './targets-test-kit';
import { createWatchedJsonFile } from './watched-json-file';

const schema = z.strictObject({ count: z.number(), from: z.string().default('hand') });
type Content = z.output<typeof schema>;

async function watched(start?: string) {
  const folder = await testFolder();
  const path = join(folder, 'thing.json');
  if (start !== undefined) await writeFile(path, start);
  const edits: Content[] = [];
  const problems: (AppError | null)[] = [];
  const file = createWatchedJsonFile<Content>({
    path,
    clock: stillClock,
    parse(json) {
      const parsed = schema.safeParse(json);
      if (!parsed.success) throw invalidInput(parsed.error);
      return parsed.data;
    },
    format: (value) => value,
    onEdited: (value) => edits.push(value),
    onProblem: (problem) => problems.push(problem),
  });
  onTestFinished(() => file.stop());
  return { folder, path, file, edits, problems, started: await file.start() };
}

describe('a file that engine and person both edit', () => {
  it('is read at the start', async () => {
    expect((await watched('{"count": 1}')).started).toEqual({
      state: 'read',
      value: { count: 1, from: 'hand' },
    });
    expect((await watched()).started).toEqual({ state: 'absent' });
  });

  it.each([
    ['in place', (path: string, text: string) => writeFile(path, text)],
    [
      'by a new file in its place',
      async (path: string, text: string) => {
        await writeFile(`${path}~`, text);
        await rename(`${path}~`, path);
      },
    ],
  ])('takes in within a second what was written %s', async (_how, write) => {
    const { path, edits } = await watched('{"count": 1}');
    await write(path, '{"count": 2}');
    await soon(() => expect(edits).toEqual([{ count: 2, from: 'hand' }]));
    await write(path, '{"count": 3}');
    await soon(() => expect(edits).toHaveLength(2));
  });

  it('takes in a file that comes later', async () => {
    const { path, edits } = await watched();
    await writeFile(path, '{"count": 2}');
    await soon(() => expect(edits).toHaveLength(1));
  });

  it('is saved whole, and what was saved is not read as an edit', async () => {
    const { folder, path, file, edits } = await watched();
    for (let count = 1; count <= 5; count += 1) await file.save(() => ({ count, from: 'engine' }));
    expect(await readJson(path)).toEqual({ count: 5, from: 'engine' });
    await sleep(700);
    expect(edits).toEqual([]);
    await expectOnly(folder, ['thing.json']);
  });

  it('takes an edit in before it saves over it', async () => {
    const { path, file, edits } = await watched('{"count": 1}');
    await writeFile(path, '{"count": 10}');
    await file.save(() => ({ count: (edits.at(-1)?.count ?? 0) + 1, from: 'engine' }));
    expect(await readJson(path)).toEqual({ count: 11, from: 'engine' });
  });

  it('asks again when the file is edited while a save is under way', async () => {
    const { path, file, edits } = await watched('{"count": 1}');
    let asked = 0;
    await file.save(() => {
      asked += 1;
      // Somebody saves in their editor at this very moment.
      if (asked === 1) writeFileSync(path, '{"count": 10}');
      return { count: (edits.at(-1)?.count ?? 1) + 1, from: 'engine' };
    });
    expect(asked).toBe(2);
    expect(await readJson(path)).toEqual({ count: 11, from: 'engine' });
  });

  it('gives up with a conflict when somebody else writes all the time, and loses nothing of theirs', async () => {
    const { path, file } = await watched('{"count": 1}');
    let theirs = 1;
    const save = file.save(() => {
      theirs += 1;
      writeFileSync(path, `{"count": ${theirs}}`);
      return { count: 0, from: 'engine' };
    });
    await expect(save).rejects.toMatchObject({ code: 'conflict', retry: 'backoff' });
    expect(await readJson(path)).toEqual({ count: theirs });
  });

  it('saves one change after the other', async () => {
    const { path, file } = await watched('{"count": 0}');
    let count = 0;
    await Promise.all(
      Array.from({ length: 10 }, () =>
        file.save(() => {
          count += 1;
          return { count, from: 'engine' };
        }),
      ),
    );
    expect(await readJson(path)).toEqual({ count: 10, from: 'engine' });
  });

  it('keeps its permissions, and a link stays a link', async () => {
    const { folder, path, file } = await watched();
    const real = join(folder, 'real.json');
    await writeFile(real, '{"count": 1}');
    await chmod(real, 0o600);
    await symlink('real.json', path);
    await file.save(() => ({ count: 2, from: 'engine' }));
    expect(await readJson(real)).toEqual({ count: 2, from: 'engine' });
    expect((await stat(real)).mode & 0o777).toBe(0o600);
  });
});

describe('a broken file', () => {
  it('is kept aside and named, changes nothing, and stays as it was left', async () => {
    const { folder, path, edits, problems } = await watched('{"count": 1}');
    const text = '{\n  "count": "many"\n}';
    await writeFile(path, text);
    await soon(() => expect(problems.at(-1)?.code).toBe('invalid_input'));
    const copy = `thing.broken-${STILL_TIME}.json`;
    expect(problems.at(-1)).toMatchObject({ field: 'count' });
    expect(problems.at(-1)?.message).toMatch(/^thing\.json is not used: line 2: count: .*number.*/);
    expect(problems.at(-1)?.message).toContain(copy);
    expect(edits).toEqual([]);
    expect(await readFile(join(folder, copy), 'utf8')).toBe(text);
    expect(await readFile(path, 'utf8')).toBe(text);
  });

  it('is good again once it is mended, or once something is saved', async () => {
    const { folder, path, file, edits, problems } = await watched('{"count": 1}');
    await writeFile(path, 'count = 2');
    await soon(() => expect(problems.at(-1)?.code).toBe('corrupt'));
    await writeFile(path, '{"count": 2}');
    await soon(() => expect(edits).toHaveLength(1));
    expect(problems.at(-1)).toBeNull();

    await writeFile(path, '{"count": }');
    await soon(() => expect(problems.at(-1)?.code).toBe('corrupt'));
    await file.save(() => ({ count: 3, from: 'engine' }));
    expect(problems.at(-1)).toBeNull();
    expect(await readJson(path)).toEqual({ count: 3, from: 'engine' });
    expect((await brokenCopies(folder)).length).toBeGreaterThan(0);
  });

  it('at the start is told of too', async () => {
    const { folder, started, problems } = await watched('{"count": 1');
    expect(started).toEqual({ state: 'broken' });
    expect(problems.at(-1)?.message).toContain('line 1, column 12: it ends too early');
    expect(await brokenCopies(folder)).toHaveLength(1);
  });

  it('is not what an editor leaves that empties a file before it writes it', async () => {
    const { folder, path, edits, problems } = await watched('{"count": 1}');
    await truncate(path);
    await sleep(120);
    await writeFile(path, '{"cou');
    await sleep(60);
    await writeFile(path, '{"count": 2}');
    await soon(() => expect(edits).toEqual([{ count: 2, from: 'hand' }]));
    expect(problems.filter((problem) => problem !== null)).toEqual([]);
    expect(await brokenCopies(folder)).toEqual([]);
  });

  it('that could not be copied aside is not saved over', async () => {
    const { path, file, problems } = await watched('{"count": 1}');
    // A folder where the copy would go stands for a disk that refuses it.
    await mkdir(path.replace('.json', `.broken-${STILL_TIME}.json`));
    await writeFile(path, 'mine');
    await soon(() => expect(problems.at(-1)?.code).toBe('corrupt'));
    await expect(file.save(() => ({ count: 2, from: 'engine' }))).rejects.toMatchObject({
      code: 'not_writable',
    });
    expect(await readFile(path, 'utf8')).toBe('mine');
    await writeFile(path, '{"count": 3}');
    await file.save(() => ({ count: 4, from: 'engine' }));
    expect(await readJson(path)).toEqual({ count: 4, from: 'engine' });
  });
});

describe('a file that goes away', () => {
  it('is told of, and written again with the next save', async () => {
    const { path, file, edits, problems } = await watched('{"count": 1}');
    await rm(path);
    await soon(() => expect(problems.at(-1)?.code).toBe('not_found'));
    await file.save(() => ({ count: 2, from: 'engine' }));
    expect(problems.at(-1)).toBeNull();
    expect(await readJson(path)).toEqual({ count: 2, from: 'engine' });
    expect(edits).toEqual([]);
  });

  it('is an error with the reason when it cannot be saved', async () => {
    const { folder, file } = await watched();
    await rm(folder, { recursive: true });
    await writeFile(folder, 'no folder any more');
    await expect(file.save(() => ({ count: 2, from: 'engine' }))).rejects.toMatchObject({
      code: 'not_writable',
    });
  });
});
