import { constants } from 'node:fs';
import { access, mkdir } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { AppError } from '../../shared/contract/app-error';

/** The repository root in development, the user's data folder when packaged. */
export function defaultDataDirectory(options: {
  packaged: boolean;
  developmentRoot: string;
  env: NodeJS.ProcessEnv;
  platform: NodeJS.Platform;
}): string {
  const { packaged, developmentRoot, env, platform } = options;
  if (!packaged) return developmentRoot;
  if (platform === 'win32') return join(env.APPDATA ?? join(homedir(), 'AppData', 'Roaming'), 'UpTimer');
  if (platform === 'darwin') return join(homedir(), 'Library', 'Application Support', 'UpTimer');
  return join(env.XDG_DATA_HOME ?? join(homedir(), '.local', 'share'), 'uptimer');
}

/**
 * Makes sure that a folder is there and can be written to.
 * @param field the option it came from
 * @throws AppError `not_writable` or `no_space`, naming the folder
 */
export async function prepareDirectory(path: string, field: string): Promise<string> {
  const directory = resolve(path);
  try {
    await mkdir(directory, { recursive: true });
    await access(directory, constants.W_OK | constants.R_OK | constants.X_OK);
  } catch (cause) {
    const code = (cause as NodeJS.ErrnoException).code ?? 'unknown';
    if (code === 'ENOSPC') {
      throw new AppError('no_space', `${directory} cannot be made: the disk is full; free some space`, {
        field,
        cause,
      });
    }
    const reason =
      code === 'EROFS'
        ? 'the disk is read-only'
        : code === 'ENOTDIR' || code === 'EEXIST'
          ? 'it is no folder'
          : code;
    throw new AppError(
      'not_writable',
      `${directory} cannot be written to (${reason}); choose another folder with ${field}`,
      {
        field,
        cause,
      },
    );
  }
  return directory;
}
