import { defineConfig } from 'electron-vite';

/** `headless` and `prober-worker` are entries of their own: both are started by path, never imported. */
export default defineConfig({
  main: {
    build: {
      // Headless runs on the user's Node, which may be older than the one inside Electron.
      target: 'node20.19',
      outDir: 'out/main',
      rollupOptions: {
        input: {
          headless: 'src/main/headless.ts',
          'prober-worker': 'src/main/prober/worker.ts',
        },
      },
    },
  },
});
