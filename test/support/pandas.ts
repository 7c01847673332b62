import { execFile, spawn } from 'node:child_process';
import { access, mkdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const INSTALL_MS = 240_000;

/** A Python that has pandas and pyarrow, or why there is none here. */
export type Pandas = { python: string; versions: string } | { reason: string };

export interface TableLook {
  rows?: number;
  /** Rows that are not the first of their key. */
  doubled?: number;
  columns?: string[];
  /** What pandas raised. */
  error?: string;
}

export interface PandasLook {
  raw: TableLook;
  metrics: TableLook;
}

/** Finds pandas, or installs it once into a virtual environment in the temporary folder. */
export async function findPandas(): Promise<Pandas> {
  const system = process.platform === 'win32' ? 'python' : 'python3';
  const installed = await versionsOf(system);
  if (installed !== null) return { python: system, versions: installed };
  const folder = join(tmpdir(), 'uptimer-pandas');
  const python = join(folder, process.platform === 'win32' ? 'Scripts/python.exe' : 'bin/python');
  const cached = (await isReady(folder)) ? await versionsOf(python) : null;
  if (cached !== null) return { python, versions: cached };
  try {
    await rm(folder, { recursive: true, force: true });
    await mkdir(folder, { recursive: true });
    await run(system, ['-m', 'venv', folder], { timeout: INSTALL_MS });
    await run(python, ['-m', 'pip', 'install', '--quiet', 'pandas', 'pyarrow'], { timeout: INSTALL_MS });
    const versions = await versionsOf(python);
    if (versions === null) return { reason: 'pandas was installed and cannot be imported' };
    await writeFile(join(folder, 'ready'), versions);
    return { python, versions };
  } catch (error) {
    return { reason: `pandas cannot be had here: ${error instanceof Error ? error.message : String(error)}` };
  }
}

/** Reads a lake with pandas in a loop, in a process of its own, until `stop`, which resolves with every look. */
export function startPandasReader(python: string, lake: string): { stop(): Promise<PandasLook[]> } {
  const child = spawn(python, [join(import.meta.dirname, 'pandas-reader.py'), lake], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  let text = '';
  child.stdout.setEncoding('utf8').on('data', (part: string) => {
    text += part;
  });
  const ended = new Promise<void>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', () => resolve());
  });
  return {
    async stop() {
      child.stdin.end();
      await ended;
      const lines = text.split('\n').filter((line) => line !== '');
      return lines.map((line) => JSON.parse(line) as PandasLook);
    },
  };
}

function isReady(folder: string): Promise<boolean> {
  return access(join(folder, 'ready')).then(
    () => true,
    () => false,
  );
}

async function versionsOf(python: string): Promise<string | null> {
  try {
    const code =
      'import pandas, pyarrow; print("pandas", pandas.__version__, "pyarrow", pyarrow.__version__)';
    return (await run(python, ['-c', code], { timeout: 60_000 })).stdout.trim();
  } catch {
    return null;
  }
}
