import { execFileSync } from 'node:child_process';

/** Builds `out/` before the first test, since workers and the headless process are started from it. */
export default function setup(): void {
  execFileSync(
    process.execPath,
    ['node_modules/electron-vite/bin/electron-vite.js', 'build', '--logLevel', 'error'],
    {
      stdio: 'inherit',
    },
  );
}
