import { execFileSync } from 'node:child_process';
import { chmod, mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { es } from '../../shared/texts/es';
import { defaultDataDirectory, prepareDirectory } from './data-directory';

async function testFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'uptimer-data-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

describe('the default data folder', () => {
  const where = (platform: NodeJS.Platform, env = {}, packaged = true) =>
    defaultDataDirectory({ packaged, developmentRoot: '/repo', env, platform, home: '/home/ann' });

  it('is the repository in development and the user’s own place when packaged', () => {
    expect(where('linux', { XDG_DATA_HOME: '/x' }, false)).toBe('/repo');
    expect(where('linux')).toBe('/home/ann/.local/share/uptimer');
    expect(where('linux', { XDG_DATA_HOME: '/x' })).toBe('/x/uptimer');
    expect(where('linux', { XDG_DATA_HOME: 'x' })).toBe('/home/ann/.local/share/uptimer');
    expect(where('darwin')).toBe('/home/ann/Library/Application Support/UpTimer');
    expect(where('win32', { APPDATA: '/roaming' })).toBe('/roaming/UpTimer');
    expect(where('win32')).toBe('/home/ann/AppData/Roaming/UpTimer');
  });
});

describe('a folder to write to', () => {
  it('is made with all that is above it, and nothing is left in it', async () => {
    const folder = join(await testFolder(), 'a', 'b');
    expect(await prepareDirectory(folder, '--data')).toBe(folder);
    expect(await readdir(folder)).toEqual([]);
  });

  it('is refused when it is a file, or below one', async () => {
    const file = join(await testFolder(), 'file');
    await writeFile(file, '');
    for (const path of [file, join(file, 'below')]) {
      await expect(prepareDirectory(path, '--lake')).rejects.toMatchObject({
        code: 'not_writable',
        field: '--lake',
        message: `${path} is not a folder: choose another one with --lake.`,
      });
    }
    await expect(prepareDirectory(file, '--data', es.folder)).rejects.toMatchObject({
      message: `${file} no es una carpeta: elija otra con --data.`,
    });
  });

  it.skipIf(process.platform !== 'linux')(
    'is refused at once where nothing can be made, as in /proc',
    async () => {
      await expect(prepareDirectory('/proc/uptimer/data', '--data')).rejects.toMatchObject({
        code: 'not_writable',
        message: '/proc/uptimer/data cannot be written to (ENOENT): choose another folder with --data.',
      });
    },
  );

  it.skipIf(process.getuid?.() === 0)('is refused when its permissions forbid writing', async () => {
    const folder = await testFolder();
    await chmod(folder, 0o500);
    await expect(prepareDirectory(folder, '--data')).rejects.toMatchObject({
      code: 'not_writable',
      message: expect.stringContaining('its permissions forbid it'),
    });
  });

  it('is refused when its disk is read-only, or full', async ({ skip }) => {
    const folder = await testFolder();
    const disk = join(folder, 'disk');
    await mkdir(disk);
    const mount = (options: string): void => {
      execFileSync('mount', ['-t', 'tmpfs', '-o', options, 'none', disk], { stdio: 'ignore' });
    };
    try {
      mount('size=16k');
    } catch {
      skip('a small disk can be mounted by root only');
    }
    const unmount = () => execFileSync('umount', [disk], { stdio: 'ignore' });
    try {
      await writeFile(join(disk, 'big'), Buffer.alloc(64_000)).catch(() => undefined);
      await expect(prepareDirectory(disk, '--data')).rejects.toMatchObject({ code: 'no_space' });
      execFileSync('mount', ['-o', 'remount,ro', disk], { stdio: 'ignore' });
      await expect(prepareDirectory(disk, '--data')).rejects.toMatchObject({
        code: 'not_writable',
        message: expect.stringContaining('its disk is read-only'),
      });
      await expect(prepareDirectory(join(disk, 'new'), '--data')).rejects.toMatchObject({
        code: 'not_writable',
      });
    } finally {
      unmount();
    }
  });
});
