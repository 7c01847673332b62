// `npm start` and `npm run headless`: builds what is out of date, then runs the desktop app, or the engine in this very process.
// CommonJS on purpose: libuv reads its pool size when the pool is first used, and an ES module's own loading uses it.
const { spawnSync } = require('node:child_process');
const { existsSync, readdirSync, statSync } = require('node:fs');
const { join } = require('node:path');
const process = require('node:process');
const { pathToFileURL } = require('node:url');
const { tryDesktop } = require('./desktop.cjs');

// DNS look-ups and lake queries share libuv's pool: with the default of 4 a few slow queries would delay probes.
process.env.UV_THREADPOOL_SIZE ??= '16';

const root = join(__dirname, '..');
const entry = join(root, 'out/main/headless.js');
/** What the engine is asked instead of being run: answered in the terminal. */
const NO_WINDOW = new Set(['reset', 'restart', 'repartition', '--help', '-h', '--version']);

function refuse(sentence) {
  process.stderr.write(`${sentence}\n`);
  process.exit(2);
}

const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
if (major < 20 || (major === 20 && minor < 19)) {
  refuse(`UpTimer needs Node 20.19 or newer; this is ${process.versions.node}.`);
}

/** Newest change of a file or of anything below a folder, ms. */
function newestChange(path) {
  const stat = statSync(path);
  if (!stat.isDirectory()) return stat.mtimeMs;
  return Math.max(stat.mtimeMs, ...readdirSync(path).map((name) => newestChange(join(path, name))));
}

const sources = ['src', 'electron.vite.config.ts', 'package.json'].map((name) => join(root, name));
const stale =
  !existsSync(entry) ||
  sources.some((path) => existsSync(path) && newestChange(path) > statSync(entry).mtimeMs);
if (stale) {
  process.stderr.write('building …\n');
  const builder = join(root, 'node_modules/electron-vite/bin/electron-vite.js');
  if (!existsSync(builder)) refuse('The packages are not installed: run "npm ci" first.');
  const { status } = spawnSync(process.execPath, [builder, 'build', '--logLevel', 'error'], {
    cwd: root,
    stdio: ['ignore', 2, 2],
  });
  if (status !== 0)
    refuse('The build failed, for the reason above. After a change of packages run "npm ci".');
}

async function main() {
  process.chdir(process.env.INIT_CWD ?? process.cwd());
  const wantsWindow = process.argv[2] === 'desktop';
  if (wantsWindow) {
    process.argv.splice(2, 1);
    const args = process.argv.slice(2);
    if (!args.some((argument) => NO_WINDOW.has(argument))) {
      if (await tryDesktop(root, args)) return;
      // Without a window the board in the terminal is what there is to look at.
      if (!args.includes('--terminal')) process.argv.push('--terminal');
    }
  }
  await import(pathToFileURL(entry).href);
}
main();
