import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const INSTALL_MS = 120_000;

/**
 * The binary of another major version of Node, from its registry package, kept in the temporary folder for the next run.
 * @returns its path, or why there is none
 */
export async function otherNode(major: number): Promise<{ path: string } | { reason: string }> {
  if (Number(process.versions.node.split('.')[0]) === major) return { path: process.execPath };
  const platform = process.platform === 'win32' ? 'win' : process.platform;
  const name = `node-${platform}-${process.arch}`;
  const folder = join(tmpdir(), `uptimer-node-${major}`);
  const path = join(folder, 'node_modules', name, 'bin', platform === 'win' ? 'node.exe' : 'node');
  try {
    if (!existsSync(path)) {
      mkdirSync(folder, { recursive: true });
      writeFileSync(join(folder, 'package.json'), '{ "private": true }');
      const args = ['install', '--no-audit', '--no-fund', '--prefix', folder, `${name}@${major}`];
      await run('npm', args, { timeout: INSTALL_MS });
    }
    const { stdout } = await run(path, ['--version'], { timeout: 10_000 });
    if (!stdout.startsWith(`v${major}.`)) return { reason: `${path} is Node ${stdout.trim()}` };
    return { path };
  } catch (error) {
    const [line] = String(error instanceof Error ? error.message : error).split('\n');
    return { reason: `the package ${name}@${major} cannot be had: ${line}` };
  }
}
