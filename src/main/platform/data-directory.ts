import { constants } from 'node:fs';
import { access, open, rm, stat } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { AppError } from '../../shared/contract/app-error';
import { en, type Texts } from '../../shared/texts/en';
import { makeDirectory } from './make-directory';

/** The repository root in development, the user's data folder when packaged. */
export function defaultDataDirectory(options: {
  packaged: boolean;
  developmentRoot: string;
  env: Readonly<Record<string, string | undefined>>;
  platform: NodeJS.Platform;
  /** The user's home; left out: what the system says. */
  home?: string;
}): string {
  const { packaged, developmentRoot, env, platform, home = homedir() } = options;
  if (!packaged) return developmentRoot;
  if (platform === 'win32') return join(env.APPDATA || join(home, 'AppData', 'Roaming'), 'UpTimer');
  if (platform === 'darwin') return join(home, 'Library', 'Application Support', 'UpTimer');
  // The XDG specification: a relative path there is to be ignored.
  const shared = env.XDG_DATA_HOME?.startsWith('/') ? env.XDG_DATA_HOME : join(home, '.local', 'share');
  return join(shared, 'uptimer');
}

/**
 * Makes sure that a folder is there and takes files, by writing one.
 * @param field the option it came from, named in the error
 * @returns the absolute path
 * @throws AppError `not_writable` or `no_space`: one sentence that names folder, reason and way out
 */
export async function prepareDirectory(
  path: string,
  field: string,
  texts: Texts['folder'] = en.folder,
): Promise<string> {
  const directory = resolve(path);
  const trial = join(directory, `.uptimer-write-test-${process.pid}`);
  try {
    await makeDirectory(directory);
    await access(directory, constants.R_OK | constants.W_OK | constants.X_OK);
    // Permissions are not all: a read-only disk shows only when something is written.
    const handle = await open(trial, 'w');
    try {
      await handle.writeFile('x');
    } finally {
      await handle.close();
      await rm(trial, { force: true });
    }
  } catch (cause) {
    throw await reasonFor(directory, field, texts, cause);
  }
  return directory;
}

async function reasonFor(
  path: string,
  option: string,
  texts: Texts['folder'],
  cause: unknown,
): Promise<AppError> {
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : '';
  const fail = (kind: 'not_writable' | 'no_space', message: string): AppError =>
    new AppError(kind, message, { field: option, cause });
  if (code === 'ENOSPC' || code === 'EDQUOT') return fail('no_space', texts.full(path));
  if (code === 'EROFS') return fail('not_writable', texts.readOnly(path, option));
  if (code === 'EACCES' || code === 'EPERM') return fail('not_writable', texts.notAllowed(path, option));
  const isFile = await stat(path).then(
    (found) => !found.isDirectory(),
    () => code === 'ENOTDIR',
  );
  return fail(
    'not_writable',
    isFile
      ? texts.notAFolder(path, option)
      : texts.unusable(path, code === '' ? String(cause) : code, option),
  );
}
