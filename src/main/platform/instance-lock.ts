import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readdir, realpath, rm, symlink } from 'node:fs/promises';
import { createServer, type Server } from 'node:net';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { AppError } from '../../shared/contract/app-error';
import { en, type Texts } from '../../shared/texts/en';
import { askPeer, type Peer } from './instance-peer';
import { systemRandom } from './random';

/** Held as long as the process lives, whatever ends it. */
export interface InstanceLock {
  /** Idempotent. */
  release(): Promise<void>;
}

/** Where the sockets stand, in the folder that is locked. */
export const LOCK_FOLDER = '.uptimer-lock';
const NAME_DIGITS = 16;
/** Bytes of a socket's path that every system has room for. A longer one is cut without a word. */
const MAX_SOCKET_PATH = 103;
/** How often one that starts at the very same time is waited for. */
const ATTEMPTS = 12;

/**
 * One process per data folder, kept by listening sockets: the kernel closes them when the process dies, however it dies, so
 * there is nothing stale to be trusted or mistrusted, and no process id that could be somebody else's by now.
 *
 * The sockets stand in the data folder itself: that is what the processes share, also when their temporary folder, network
 * or process ids differ (containers on one volume). Every process listens under a name of its own and only then asks all
 * others; whoever finds nobody alive has the lock and clears away the dead. A name is never used twice, so clearing away
 * hits nobody who could still win. Where the filesystem has no sockets, a folder in `/tmp` takes their place; both are
 * asked. On Windows a named pipe, which only one process can create, does it all.
 *
 * @param directory must exist
 * @param option of the command line with which another folder is chosen
 * @param texts of the error, in the user's language
 * @throws AppError `in_use` that names folder and process
 */
export async function acquireInstanceLock(
  directory: string,
  texts: Texts['folder'] = en.folder,
  option: '--data' | '--lake' = '--data',
): Promise<InstanceLock> {
  const real = await realpath(directory);
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    const answer = process.platform === 'win32' ? await tryPipe(real) : await trySockets(real);
    if ('lock' in answer) return answer.lock;
    if (answer.peer.state === 'holds') throw inUse(directory, answer.peer.pid, texts, option);
    // Both were starting and both gave way: the shorter wait wins.
    await sleep(10 + (Number.parseInt(systemRandom.hex(4), 16) % 90));
  }
  throw inUse(directory, null, texts, option);
}

type Answer = { lock: InstanceLock } | { peer: Peer };

async function trySockets(directory: string): Promise<Answer> {
  const folders = [join(directory, LOCK_FOLDER), fallbackFolder(directory)];
  const name = systemRandom.hex(NAME_DIGITS);
  const own = await listenIn(folders, name);
  const dead: string[] = [];
  for (const folder of folders) {
    for (const other of await namesIn(folder)) {
      if (other === name) continue;
      const peer = await withShortPath(folder, (short) => askPeer(join(short, other)));
      if (peer === null) dead.push(join(folder, other));
      else {
        await own.release();
        return { peer };
      }
    }
  }
  own.hold();
  // Only the holder clears away: one that came to listen too late to be found alive asks after that, and finds us.
  for (const path of dead) await rm(path, { force: true }).catch(() => undefined);
  return { lock: { release: own.release } };
}

interface Listening {
  /** From now on others are told that the folder is taken. */
  hold(): void;
  release(): Promise<void>;
}

/** Listens in the first folder that takes a socket. */
async function listenIn(folders: readonly string[], name: string): Promise<Listening> {
  let failure: unknown;
  for (const folder of folders) {
    try {
      await mkdir(folder, { recursive: true });
      const talk = createTalk();
      await withShortPath(folder, (short) => listen(talk.server, join(short, name)));
      const release = async (): Promise<void> => {
        await close(talk.server);
        await rm(join(folder, name), { force: true });
      };
      return { hold: talk.hold, release };
    } catch (error) {
      failure = error;
    }
  }
  throw failure;
}

async function tryPipe(directory: string): Promise<Answer> {
  const path = `\\\\.\\pipe\\uptimer-${hashOf(directory.toLowerCase())}`;
  const talk = createTalk();
  try {
    await listen(talk.server, path);
  } catch (error) {
    const peer = await askPeer(path);
    if (peer !== null) return { peer };
    throw error;
  }
  talk.hold();
  return { lock: { release: () => close(talk.server) } };
}

/** A server that tells whoever asks which process this is, once it holds the lock. */
function createTalk(): { server: Server; hold(): void } {
  let holder = '';
  const server = createServer((socket) => {
    socket.on('error', () => undefined);
    socket.end(holder);
  });
  return {
    server: server.unref(),
    hold() {
      holder = `${process.pid}`;
    },
  };
}

function listen(server: Server, path: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    // Another user on the same folder has to be able to ask.
    server.listen({ path, readableAll: true, writableAll: true }, () => {
      server.off('error', reject);
      resolve();
    });
  });
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => server.close(() => resolve()));
}

/** Calls `use` with a path to `folder` that leaves room for a socket's name, through a link where it has to. */
async function withShortPath<R>(folder: string, use: (short: string) => Promise<R>): Promise<R> {
  if (Buffer.byteLength(folder) + 1 + NAME_DIGITS <= MAX_SOCKET_PATH) return use(folder);
  const links = await mkdtemp(join(tmpdir(), 'ut-'));
  try {
    const link = join(links, 'd');
    await symlink(folder, link);
    return await use(link);
  } finally {
    await rm(links, { recursive: true, force: true });
  }
}

async function namesIn(folder: string): Promise<string[]> {
  const names = await readdir(folder).catch(() => []);
  return names.filter((name) => name.length === NAME_DIGITS);
}

/** Not `tmpdir()`: two processes of one user may have been given different ones. */
function fallbackFolder(directory: string): string {
  return `/tmp/uptimer-${userInfo().uid}-${hashOf(directory)}`;
}

function hashOf(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, NAME_DIGITS);
}

function inUse(directory: string, pid: string | null, texts: Texts['folder'], option: string): AppError {
  const message = pid === null ? texts.inUseUnknown(directory, option) : texts.inUse(directory, pid, option);
  return new AppError('in_use', message, { field: option });
}
