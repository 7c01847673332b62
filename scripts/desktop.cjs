// Whether the desktop app can start on this machine, and starting it. Looks at files and the environment only, but for the one
// download of Electron's binary, which its package leaves to the first start.
const { spawn, spawnSync } = require('node:child_process');
const { existsSync, readFileSync } = require('node:fs');
const { join } = require('node:path');
const process = require('node:process');

/** Electron's own installer needs this much. */
const INSTALLER_NODE = [22, 12];
const DOWNLOAD_MS = 600_000;
/** A desktop app that ends sooner than this with a failure could not start at all. */
const STARTED_MS = 10_000;

const WORDS = {
  en: {
    missing: 'Electron is not installed',
    display: 'there is no display',
    root: 'Electron does not run as root',
    node: 'Electron has to be downloaded once, which needs Node 22.12 or newer',
    download: 'Electron cannot be downloaded',
    failed: (how) => `the desktop app could not start (${how})`,
    downloading: 'Downloading Electron, once (about 120 MB) …',
    instead: (reason) =>
      `No desktop window: ${reason}. Starting headless instead; open the address below in a browser.`,
  },
  es: {
    missing: 'Electron no está instalado',
    display: 'no hay pantalla',
    root: 'Electron no funciona como root',
    node: 'Electron debe descargarse una vez, y para eso hace falta Node 22.12 o posterior',
    download: 'no se puede descargar Electron',
    failed: (how) => `la aplicación de escritorio no pudo arrancar (${how})`,
    downloading: 'Descargando Electron, solo esta vez (unos 120 MB) …',
    instead: (reason) =>
      `Sin ventana de escritorio: ${reason}. Se inicia sin ella; abra en un navegador la dirección de abajo.`,
  },
};

/** As the engine's own command line: `--lang` first, then the environment. */
function wordsFor(args, env) {
  const given = args[args.indexOf('--lang') + 1] ?? '';
  const asked = args.includes('--lang') ? given : env.LC_ALL || env.LC_MESSAGES || env.LANG || '';
  return asked.toLowerCase().startsWith('es') ? WORDS.es : WORDS.en;
}

/** Where Electron's binary lies or would lie; null when the package is not there. */
function electronFolder(root) {
  const folder = join(root, 'node_modules', 'electron');
  return existsSync(join(folder, 'package.json')) ? folder : null;
}

function binaryIn(folder, env) {
  const listed = join(folder, 'path.txt');
  const name = existsSync(listed) ? readFileSync(listed, 'utf8') : null;
  const stand = env.ELECTRON_OVERRIDE_DIST_PATH;
  const path = stand ? join(stand, name ?? 'electron') : name === null ? null : join(folder, 'dist', name);
  return path !== null && existsSync(path) ? path : null;
}

function hasDisplay(env) {
  return process.platform !== 'linux' || Boolean(env.DISPLAY || env.WAYLAND_DISPLAY);
}

/** @returns the binary, or the reason why there is no desktop here, as a key of the words */
function findDesktop(root, words) {
  const { env } = process;
  const folder = electronFolder(root);
  if (folder === null) return { reason: words.missing };
  if (!hasDisplay(env)) return { reason: words.display };
  // Whoever turned Chromium's sandbox off for Electron means it.
  const isRoot = process.platform === 'linux' && process.getuid() === 0;
  if (isRoot && !env.ELECTRON_DISABLE_SANDBOX) return { reason: words.root };
  const binary = binaryIn(folder, env);
  if (binary !== null) return { binary };
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major < INSTALLER_NODE[0] || (major === INSTALLER_NODE[0] && minor < INSTALLER_NODE[1])) {
    return { reason: words.node };
  }
  process.stderr.write(`${words.downloading}\n`);
  spawnSync(process.execPath, [join(folder, 'install.js')], {
    stdio: ['ignore', 'ignore', 'ignore'],
    timeout: DOWNLOAD_MS,
  });
  const downloaded = binaryIn(folder, env);
  return downloaded === null ? { reason: words.download } : { binary: downloaded };
}

/** Runs the desktop app to its end. @returns its exit code, or how it failed when it could not start */
function runDesktop(binary, root, args) {
  return new Promise((resolve) => {
    const startedMs = performance.now();
    const child = spawn(binary, [root], {
      stdio: 'inherit',
      // Some editors' terminals turn every Electron into plain Node.
      env: { ...process.env, ELECTRON_RUN_AS_NODE: undefined, UPTIMER_ARGS: JSON.stringify(args) },
    });
    // The terminal signals both; this process waits for the app to end in order.
    const pass = (signal) => child.kill(signal);
    for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, pass);
    child.once('error', (error) => resolve({ failed: error.code ?? error.message }));
    child.once('close', (code, signal) => {
      for (const name of ['SIGINT', 'SIGTERM']) process.off(name, pass);
      const early = performance.now() - startedMs < STARTED_MS;
      // 2 = the app itself has said what is wrong with its input.
      if (early && code !== 0 && code !== 2 && signal !== 'SIGINT' && signal !== 'SIGTERM') {
        resolve({ failed: signal ?? `exit ${code}` });
      } else resolve({ code: code ?? 1 });
    });
  });
}

/**
 * Starts the desktop app and stays until it ends.
 * @param root the repository
 * @returns true when it ran; false when there is none here, which was said in one line
 */
async function tryDesktop(root, args) {
  const words = wordsFor(args, process.env);
  const found = findDesktop(root, words);
  let { reason } = found;
  if (found.binary !== undefined) {
    const { code, failed } = await runDesktop(found.binary, root, args);
    if (failed === undefined) {
      process.exitCode = code;
      return true;
    }
    reason = words.failed(failed);
  }
  process.stderr.write(`${words.instead(reason)}\n`);
  return false;
}

module.exports = { tryDesktop };
