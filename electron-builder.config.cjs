const { env, platform, arch } = require('node:process');
const { Arch } = require('electron-builder');

/** A folder in the place of Electron's own runtime: packs everything but the runtime, where that cannot be had. */
const standIn = env.UPTIMER_ELECTRON_DIST;

/**
 * The packages hold the native binaries of the machine that packs, and electron-builder would take them for any other system
 * without a word: each system is packed on its own kind.
 */
function mustBeOwnPlatform({ electronPlatformName, arch: wanted }) {
  if (electronPlatformName === platform && Arch[wanted] === arch) return;
  throw new Error(
    `This machine (${platform} ${arch}) has not the native modules of ${electronPlatformName} ${Arch[wanted]}: pack on such a machine.`,
  );
}

/** @type {import('electron-builder').Configuration} */
module.exports = {
  appId: 'org.uptimer.desktop',
  productName: 'UpTimer',
  copyright: 'MIT licence',
  directories: { output: 'dist', buildResources: 'resources' },
  files: ['out/{main,preload,renderer}/**', 'package.json', 'LICENSE', '!**/*.map'],
  asar: true,
  // Threads and the headless entry are started by path, and native modules are loaded by the system: both need real files.
  asarUnpack: [
    'out/**',
    'package.json',
    'node_modules/@duckdb/**',
    'node_modules/@harperfast/**',
    'node_modules/@lmdb/**',
    'node_modules/@msgpackr-extract/**',
    'node_modules/detect-libc/**',
    'node_modules/lmdb/**',
    'node_modules/msgpackr/**',
    'node_modules/msgpackr-extract/**',
    'node_modules/node-gyp-build-optional-packages/**',
    'node_modules/ordered-binary/**',
    'node_modules/weak-lru-cache/**',
  ],
  npmRebuild: false,
  beforePack: mustBeOwnPlatform,
  ...(standIn === undefined
    ? {
        electronFuses: {
          runAsNode: false,
          enableNodeOptionsEnvironmentVariable: false,
          enableNodeCliInspectArguments: false,
          enableEmbeddedAsarIntegrityValidation: true,
          onlyLoadAppFromAsar: true,
          // The interface comes from app://, nothing from file://.
          grantFileProtocolExtraPrivileges: false,
        },
      }
    : { electronDist: standIn }),
  linux: { target: ['AppImage', 'deb', 'tar.gz'], category: 'Network', icon: 'icon.png' },
  win: { target: ['nsis', 'zip'], icon: 'icon.png' },
  mac: { target: ['dmg', 'zip'], category: 'public.app-category.utilities', icon: 'icon.png' },
  publish: null,
};
