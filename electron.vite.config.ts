import react from '@vitejs/plugin-react';
import { defineConfig } from 'electron-vite';

/** `index` is Electron's entry; `headless` and `prober-worker` are started by path, never imported. */
export default defineConfig({
  main: {
    build: {
      // Headless runs on the user's Node, which may be older than the one inside Electron.
      target: 'node20.19',
      outDir: 'out/main',
      rollupOptions: {
        input: {
          index: 'src/main/index.ts',
          headless: 'src/main/headless.ts',
          'prober-worker': 'src/main/prober/worker.ts',
        },
      },
    },
  },
  preload: {
    build: {
      outDir: 'out/preload',
      rollupOptions: {
        input: { index: 'src/preload/index.ts' },
        // A sandboxed preload script is CommonJS, and one file.
        output: { format: 'cjs', entryFileNames: '[name].cjs' },
      },
    },
  },
  renderer: {
    root: 'src/renderer',
    // Relative, so that the same files work behind http:// and app://.
    base: './',
    plugins: [react()],
    build: {
      target: 'es2022',
      outDir: 'out/renderer',
      // electron-vite leaves the renderer readable by default; a browser fetches it.
      minify: true,
      // A font inlined as data: would need a wider content security policy.
      assetsInlineLimit: 0,
      // Vite's preload helper and polyfill would be inline scripts.
      modulePreload: false,
      chunkSizeWarningLimit: 1500,
      rollupOptions: { input: 'src/renderer/index.html' },
    },
  },
});
