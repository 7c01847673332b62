import { mkdir, stat } from 'node:fs/promises';
import { dirname } from 'node:path';

/**
 * Makes a folder with all that is above it; one that is there already is fine. Node's own `recursive` never ends where a
 * filesystem answers "no such file" inside a folder that is there, as /proc does.
 */
export async function makeDirectory(path: string): Promise<void> {
  try {
    await mkdir(path);
  } catch (error) {
    if (await isDirectory(path)) return;
    const above = dirname(path);
    const isAboveMissing = error instanceof Error && 'code' in error && error.code === 'ENOENT';
    if (!isAboveMissing || above === path) throw error;
    await makeDirectory(above);
    await mkdir(path).catch(async (again: unknown) => {
      // Somebody else may have made it meanwhile.
      if (!(await isDirectory(path))) throw again;
    });
  }
}

function isDirectory(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );
}
