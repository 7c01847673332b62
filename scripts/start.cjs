// `npm start` and `npm run headless`: builds what is out of date, then runs the engine in this very process.
// CommonJS on purpose: libuv reads its pool size when the pool is first used, and an ES module's own loading uses it.
const { execFileSync } = require('node:child_process');
const { existsSync, readdirSync, statSync } = require('node:fs');
const { join } = require('node:path');
const process = require('node:process');

// DNS look-ups and lake queries share libuv's pool: with the default of 4 a few slow queries would delay probes.
process.env.UV_THREADPOOL_SIZE ??= '16';

const root = join(__dirname, '..');
const entry = join(root, 'out/main/headless.js');

const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
if (major < 20 || (major === 20 && minor < 19)) {
  process.stderr.write(`UpTimer needs Node 20.19 or newer; this is ${process.versions.node}.\n`);
  process.exit(2);
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
  if (!existsSync(builder)) {
    process.stderr.write('The packages are not installed: run "npm ci" first.\n');
    process.exit(2);
  }
  execFileSync(process.execPath, [builder, 'build', '--logLevel', 'error'], {
    cwd: root,
    stdio: ['ignore', 2, 2],
  });
}

process.chdir(process.env.INIT_CWD ?? process.cwd());
import(require('node:url').pathToFileURL(entry).href);
