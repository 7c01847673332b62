import { app } from 'electron';

/** A lake on a disk that does not answer must not keep the app: everything acknowledged is in the log. */
const STOP_WITHIN_MS = 4700;

/** Holds the end of the app back until the engine has written what it has, once. Never longer than five seconds. */
export function stopBeforeQuit(stop: () => Promise<unknown>): void {
  let stopping = false;
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => app.quit());
  app.on('before-quit', (event) => {
    event.preventDefault();
    if (stopping) return;
    stopping = true;
    const end = (): void => app.exit(0);
    setTimeout(end, STOP_WITHIN_MS).unref();
    stop().then(end, end);
  });
}
