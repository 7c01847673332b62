import { access, link, open, realpath, rename, rm, stat, unlink } from 'node:fs/promises';
import { basename, dirname, isAbsolute, join, relative, resolve } from 'node:path';
import { AppError } from '../../../shared/contract/app-error';
import type { ExportRequest } from '../../../shared/contract/questions';
import { syncDirectory, syncFile } from '../../platform/atomic-file';
import { makeDirectory } from '../../platform/make-directory';
import type { Random } from '../../platform/random';
import { DAY_US, dateOf } from '../sql-text';

/** Where an export goes: written under `temporary` beside `path`, which it takes only when it is whole. */
export interface ExportDestination {
  path: string;
  temporary: string;
  /** The name of the part with a number, beside `temporary`. */
  part(index: number): string;
}

/**
 * Finds out whether the file can be written, before anything is read.
 * @param directory where a file without a path of its own goes; created when it is missing
 * @param lakeDirectory a file in there would be taken for a part of the lake
 * @throws AppError `conflict`, `not_writable` (both with field `path`)
 */
export async function prepareDestination(
  request: ExportRequest,
  options: { directory: string; lakeDirectory?: string; random: Random },
): Promise<ExportDestination> {
  const { directory, lakeDirectory, random } = options;
  const path = resolve(request.path ?? join(directory, ownName(request, random.hex(6))));
  if (request.path === null) await makeFolder(directory);
  if (lakeDirectory !== undefined && isInside(await realPath(path), await realPath(resolve(lakeDirectory)))) {
    throw refusal(
      `${path} lies inside the lake; whoever reads the lake would read it too. Choose another folder.`,
    );
  }
  await mustNotExist(path);
  const name = `.${basename(path)}.${random.hex(8)}`;
  const destination: ExportDestination = {
    path,
    temporary: join(dirname(path), `${name}.tmp`),
    part: (index) => join(dirname(path), `${name}.${index}.tmp`),
  };
  await mustBeWritable(destination);
  return destination;
}

/** Makes the finished file durable and gives it its name; returns its size in bytes. Never replaces a file. */
export async function publish({ path, temporary }: ExportDestination): Promise<number> {
  await syncFile(temporary);
  const { size } = await stat(temporary);
  try {
    await link(temporary, path);
    await unlink(temporary);
  } catch {
    // It exists, or the filesystem has no links.
    await mustNotExist(path);
    await rename(temporary, path);
  }
  await syncDirectory(dirname(path));
  return size;
}

/** Removes what an export that did not finish left. */
export async function removePartials(destination: ExportDestination, parts: number): Promise<void> {
  const names = Array.from({ length: parts }, (_, index) => destination.part(index));
  for (const name of [destination.temporary, ...names]) await rm(name, { force: true });
}

async function mustNotExist(path: string): Promise<void> {
  const exists = await access(path).then(
    () => true,
    () => false,
  );
  if (!exists) return;
  throw new AppError('conflict', `${path} exists already. Choose another name, or remove it first.`, {
    field: 'path',
  });
}

async function mustBeWritable({ path, temporary }: ExportDestination): Promise<void> {
  try {
    const handle = await open(temporary, 'wx');
    await handle.close();
    await unlink(temporary);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    const folder = dirname(path);
    if (code === 'ENOENT')
      throw refusal(`The folder ${folder} does not exist. Create it, or choose another.`);
    if (code === 'ENOTDIR') throw refusal(`${folder} is not a folder. Choose another.`);
    if (code === 'ENAMETOOLONG') throw refusal(`${path} is too long a name. Choose a shorter one.`);
    throw refusal(
      `${folder} cannot be written (${String(code)}). Mend its permissions, or choose another.`,
      error,
    );
  }
}

async function makeFolder(directory: string): Promise<void> {
  try {
    await makeDirectory(directory);
  } catch (error) {
    throw refusal(`The folder ${directory} cannot be created. Mend its permissions, or give a path.`, error);
  }
}

function refusal(message: string, cause?: unknown): AppError {
  return new AppError('not_writable', message, { field: 'path', cause });
}

/** Where a file really lies, or would: links in its folder lead elsewhere. */
async function realPath(path: string): Promise<string> {
  return realpath(path).catch(async () =>
    join(await realpath(dirname(path)).catch(() => dirname(path)), basename(path)),
  );
}

function isInside(path: string, folder: string): boolean {
  const way = relative(folder, path);
  return way !== '' && !way.startsWith('..') && !isAbsolute(way);
}

function ownName({ table, format, range }: ExportRequest, suffix: string): string {
  return `uptimer-${table}-${compact(range.fromUs)}-${compact(range.toUs)}-${suffix}.${format}`;
}

/** `20260131T235959Z` */
function compact(us: number): string {
  const seconds = Math.floor((us % DAY_US) / 1_000_000);
  const two = (value: number) => String(value).padStart(2, '0');
  const time = `${two(Math.floor(seconds / 3600))}${two(Math.floor(seconds / 60) % 60)}${two(seconds % 60)}`;
  return `${dateOf(us).replaceAll('-', '')}T${time}Z`;
}
