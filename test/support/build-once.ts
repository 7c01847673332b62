import { execFileSync } from 'node:child_process';

const BUILT = Symbol.for('uptimer.built');

/** Builds `out/` before the first test of all projects, since workers and the headless process are started from it. */
export default function setup(): void {
  // Every project loads this file anew; the process is the same.
  const shared = globalThis as { [BUILT]?: boolean };
  if (shared[BUILT] === true) return;
  shared[BUILT] = true;
  execFileSync(
    process.execPath,
    ['node_modules/electron-vite/bin/electron-vite.js', 'build', '--logLevel', 'error'],
    {
      stdio: 'inherit',
    },
  );
}
