import { existsSync } from 'node:fs';
import { rmdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import packageJson from '../../../package.json' with { type: 'json' };
import { textsOf } from '../../shared/texts/language';
import type { RunOptions } from '../cli/options';
import { defaultDataDirectory, prepareDirectory } from '../platform/data-directory';
import { LOCK_FOLDER } from '../platform/instance-lock';
import { type OpenEngine, openEngine } from './open-engine';

export const version = packageJson.version;

/** Where this installation keeps its data: the repository in development, the user's data folder when packaged. */
export function dataDirectoryOf(builtFolder: string): string {
  const root = join(builtFolder, '../..');
  const packaged = !existsSync(join(root, 'electron.vite.config.ts'));
  return defaultDataDirectory({
    packaged,
    developmentRoot: root,
    env: process.env,
    platform: process.platform,
  });
}

/**
 * Opens the engine that the options ask for, after its folders were made sure of.
 * @param from.dataDirectory absolute
 * @param from.builtFolder where this build's files lie
 * @throws AppError `not_writable`, `no_space`, `in_use`, `too_new`, …: a sentence for the user
 */
export async function openFor(from: {
  options: RunOptions;
  dataDirectory: string;
  builtFolder: string;
  probing: boolean;
}): Promise<OpenEngine> {
  const { options, dataDirectory } = from;
  const { folder } = textsOf(options.language);
  const lakeDirectory = resolve(options.lake ?? join(dataDirectory, 'datalake'));
  const made = [lakeDirectory, join(dataDirectory, LOCK_FOLDER), dataDirectory].filter(
    (directory) => !existsSync(directory),
  );
  try {
    await prepareDirectory(dataDirectory, '--data', folder);
    await prepareDirectory(lakeDirectory, '--lake', folder);
    return await openEngine({ ...from, lakeDirectory, version });
  } catch (error) {
    // A start that was refused leaves nothing behind; a folder with anything in it stays.
    for (const directory of made) await rmdir(directory).catch(() => undefined);
    throw error;
  }
}
