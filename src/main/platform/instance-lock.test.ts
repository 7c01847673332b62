import { type ChildProcess, spawn } from 'node:child_process';
import { mkdir, mkdtemp, readdir, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { describe, expect, it, onTestFinished } from 'vitest';
import { AppError } from '../../shared/contract/app-error';
import { es } from '../../shared/texts/es';
import { acquireInstanceLock } from './instance-lock';

const MODULE = pathToFileURL(fileURLToPath(new URL('./instance-lock.ts', import.meta.url))).href;

async function testFolder(name = 'data'): Promise<string> {
  const root = await mkdtemp(join(tmpdir(), 'uptimer-lock-'));
  onTestFinished(() => rm(root, { recursive: true, force: true }));
  const folder = join(root, name);
  await mkdir(folder, { recursive: true });
  return folder;
}

/** Another process that asks for the lock, says what it got, and keeps it. */
async function holder(folder: string): Promise<{ child: ChildProcess; said: string }> {
  const script = `
    import { acquireInstanceLock } from ${JSON.stringify(MODULE)};
    await acquireInstanceLock(${JSON.stringify(folder)}).then(
      () => console.log('has it'),
      (error) => console.log(error.code),
    );
    setInterval(() => undefined, 1000);`;
  const child = spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  const said = await new Promise<string>((resolve) => {
    child.stdout?.setEncoding('utf8').once('data', (text: string) => resolve(text.trim()));
  });
  return { child, said };
}

function killed(child: ChildProcess): Promise<void> {
  return new Promise((resolve) => {
    child.once('exit', () => resolve());
    child.kill('SIGKILL');
  });
}

async function failureOf(folder: string, texts?: (typeof es)['folder']): Promise<AppError> {
  const answer = await acquireInstanceLock(folder, texts).catch((error: unknown) => error);
  if (!(answer instanceof AppError)) throw new Error('the lock was given twice');
  return answer;
}

describe('one process per data folder', () => {
  it('refuses a second one, naming folder and process, until the first lets go', async () => {
    const folder = await testFolder();
    const lock = await acquireInstanceLock(folder);
    const error = await failureOf(folder);
    expect(error).toMatchObject({ code: 'in_use', domain: 'user', field: '--data' });
    expect(error.message).toContain(folder);
    expect(error.message).toContain(`process ${process.pid}`);
    expect((await failureOf(folder, es.folder)).message).toContain(`proceso ${process.pid}`);
    await lock.release();
    await lock.release();
    await (await acquireInstanceLock(folder)).release();
  });

  it('lets go when the process is killed, with nothing to wait for or to clean', async () => {
    const folder = await testFolder();
    const { child, said } = await holder(folder);
    expect(said).toBe('has it');
    expect((await failureOf(folder)).message).toContain(`process ${child.pid}`);
    await killed(child);
    const lock = await acquireInstanceLock(folder);
    // What the killed one left is cleared away.
    expect(await readdir(join(folder, '.uptimer-lock'))).toHaveLength(1);
    await lock.release();
    expect(await readdir(join(folder, '.uptimer-lock'))).toEqual([]);
  });

  it('holds while the process is stopped', async () => {
    const folder = await testFolder();
    const { child } = await holder(folder);
    child.kill('SIGSTOP');
    expect(await failureOf(folder)).toMatchObject({ code: 'in_use' });
  });

  it('goes to exactly one of several processes that start at once', async () => {
    const folder = await testFolder();
    const answers = await Promise.all(Array.from({ length: 4 }, () => holder(folder)));
    expect(answers.map(({ said }) => said).sort()).toEqual(['has it', 'in_use', 'in_use', 'in_use'].sort());
  });

  it('goes to exactly one of many that ask at once, over the remains of dead ones, every time', async () => {
    for (let round = 0; round < 5; round += 1) {
      const folder = await testFolder();
      await leaveDead(join(folder, '.uptimer-lock'), 3);
      const answers = await Promise.allSettled(Array.from({ length: 12 }, () => acquireInstanceLock(folder)));
      const winners = answers.flatMap((answer) => (answer.status === 'fulfilled' ? [answer.value] : []));
      expect(winners).toHaveLength(1);
      expect(await failureOf(folder)).toMatchObject({ code: 'in_use' });
      await winners[0]?.release();
    }
  });

  it('knows a folder by any of its names', async () => {
    const folder = await testFolder();
    const link = `${folder}-link`;
    await symlink(folder, link);
    const lock = await acquireInstanceLock(link);
    expect(await failureOf(folder)).toMatchObject({ code: 'in_use' });
    await lock.release();
  });

  it('leaves other folders alone', async () => {
    const locks = await Promise.all(
      [testFolder(), testFolder()].map(async (f) => acquireInstanceLock(await f)),
    );
    await Promise.all(locks.map((lock) => lock.release()));
  });

  it('holds in a folder whose path is longer than a socket address', async () => {
    const folder = await testFolder(join('d'.repeat(80), 'ñ'.repeat(60)));
    const lock = await acquireInstanceLock(folder);
    expect(await failureOf(folder)).toMatchObject({ code: 'in_use' });
    expect(await readdir(join(folder, '.uptimer-lock'))).toHaveLength(1);
    await lock.release();
    expect(await readdir(join(folder, '.uptimer-lock'))).toEqual([]);
  });

  it('holds where the folder takes no sockets, also against one that found that it does', async () => {
    const folder = await testFolder();
    // A file where the sockets would stand refuses them as such a filesystem does.
    await writeFile(join(folder, '.uptimer-lock'), '');
    const lock = await acquireInstanceLock(folder);
    expect(await failureOf(folder)).toMatchObject({ code: 'in_use' });
    await rm(join(folder, '.uptimer-lock'));
    expect(await failureOf(folder)).toMatchObject({ code: 'in_use' });
    await lock.release();
    await (await acquireInstanceLock(await realpath(folder))).release();
  });
});

/** Sockets as killed processes leave them: there, with nobody listening. */
async function leaveDead(folder: string, count: number): Promise<void> {
  await mkdir(folder, { recursive: true });
  const script = `
    const { createServer } = require('node:net');
    let open = 0;
    for (let n = 0; n < ${count}; n += 1) {
      createServer().listen(${JSON.stringify(folder)} + '/' + String(n).padStart(16, '0'), () => {
        open += 1;
        if (open === ${count}) process.kill(process.pid, 'SIGKILL');
      });
    }`;
  const child = spawn(process.execPath, ['-e', script], { stdio: 'ignore' });
  await new Promise((resolve) => child.once('exit', resolve));
  expect(await readdir(folder)).toHaveLength(count);
}
