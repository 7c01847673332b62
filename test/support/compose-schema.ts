import { execFile } from 'node:child_process';
import { access, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const INSTALL_MS = 240_000;
/** Its package holds the compose specification's own JSON schema, so that nothing else is fetched. */
const VALIDATOR = 'check-jsonschema==0.39.0';

/** The program that validates against the compose schema, installed once into a virtual environment, or why there is none. */
export async function findComposeValidator(): Promise<{ program: string } | { reason: string }> {
  const isWindows = process.platform === 'win32';
  const folder = join(tmpdir(), 'uptimer-compose-schema');
  const program = join(folder, isWindows ? 'Scripts/check-jsonschema.exe' : 'bin/check-jsonschema');
  try {
    const isInstalled = await access(program).then(
      () => true,
      () => false,
    );
    if (!isInstalled) {
      await rm(folder, { recursive: true, force: true });
      await run(isWindows ? 'python' : 'python3', ['-m', 'venv', folder], { timeout: INSTALL_MS });
      const python = join(folder, isWindows ? 'Scripts/python.exe' : 'bin/python');
      await run(python, ['-m', 'pip', 'install', '--quiet', VALIDATOR], { timeout: INSTALL_MS });
    }
    await run(program, ['--version'], { timeout: 60_000 });
    return { program };
  } catch (error) {
    const [line] = String(error instanceof Error ? error.message : error).split('\n');
    return { reason: `the compose schema cannot be had here: ${line}` };
  }
}

/** @returns what is wrong with the file, or null when it follows the schema */
export async function validateCompose(program: string, file: string): Promise<string | null> {
  try {
    await run(program, ['--builtin-schema', 'vendor.compose-spec', file], { timeout: 60_000 });
    return null;
  } catch (error) {
    if (!(error instanceof Error && 'stdout' in error)) throw error;
    return String(error.stdout);
  }
}
