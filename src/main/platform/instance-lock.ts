import { createHash } from 'node:crypto';
import { mkdir, readFile, realpath, rm, writeFile } from 'node:fs/promises';
import { connect, createServer, type Server } from 'node:net';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { AppError } from '../../shared/contract/app-error';

/** Held as long as the process lives, whatever ends it. */
export interface InstanceLock {
  release(): Promise<void>;
}

/**
 * One process per data folder. The lock is a listening local socket whose name derives from the folder: the kernel lets go of it
 * when the process dies, so nothing is stale and no process id has to be trusted. The pid beside it is for the message only.
 * @throws AppError `in_use` that names folder and process
 */
export async function acquireInstanceLock(directory: string): Promise<InstanceLock> {
  const real = await realpath(directory);
  const name = `uptimer-${createHash('sha256').update(real).digest('hex').slice(0, 20)}`;
  const address =
    process.platform === 'win32' ? `\\\\.\\pipe\\${name}` : join(await socketFolder(), `${name}.sock`);
  const pidFile = join(directory, 'uptimer.pid');
  const inUse = async (): Promise<AppError> => {
    const pid = (await readFile(pidFile, 'utf8').catch(() => '')).trim();
    const whom = pid === '' ? 'another UpTimer' : `another UpTimer (process ${pid})`;
    return new AppError(
      'in_use',
      `${whom} works on ${directory}; stop it, or choose another folder with --data`,
      {
        field: '--data',
      },
    );
  };

  let server = await listen(address);
  if (server === null) {
    if (await answers(address)) throw await inUse();
    // A socket file that nobody listens on was left by a killed process.
    await rm(address, { force: true });
    server = await listen(address);
    if (server === null) throw await inUse();
  }
  await writeFile(pidFile, `${process.pid}\n`).catch(() => undefined);
  const held = server;
  return {
    async release() {
      await rm(pidFile, { force: true });
      await new Promise<void>((resolve) => held.close(() => resolve()));
    },
  };
}

/** A folder that only this user may write to: nobody else can take or fake the lock. */
async function socketFolder(): Promise<string> {
  const folder = join(tmpdir(), `uptimer-${userInfo().uid}`);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  return folder;
}

function listen(address: string): Promise<Server | null> {
  return new Promise((resolve, reject) => {
    const server = createServer((socket) => socket.end());
    server.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EADDRINUSE') resolve(null);
      else reject(error);
    });
    server.listen(address, () => {
      server.unref();
      resolve(server);
    });
  });
}

function answers(address: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(address);
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}
