import { fileURLToPath } from 'node:url';
import { widenThreadPool } from './platform/thread-pool';

/** The folder this very file was built into; when packaged, its twin outside the archive: threads are started from there. */
const builtFolder = fileURLToPath(new URL('.', import.meta.url)).replace('app.asar', 'app.asar.unpacked');

widenThreadPool();
// Only now: to load the native modules uses the pool. Electron is not ready before this file has ended.
const { runDesktop } = await import('./electron/desktop');
runDesktop(builtFolder);
