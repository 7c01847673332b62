import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

/** A process of its own that clears up what it was told of, on `end` or when this process is gone, however it went. */
export interface Watchdog {
  /** The process will be killed. */
  kill(pid: number): void;
  /** The process has ended: its number may soon be another's. */
  forget(pid: number): void;
  /** The folder will be removed, after the processes. */
  remove(folder: string): void;
  /** The command will be run, after the processes are killed. */
  run(command: readonly [string, ...string[]]): void;
  /** Resolves when everything is cleared up. */
  end(): Promise<void>;
}

export function startWatchdog(): Watchdog {
  const child = spawn(process.execPath, [join(import.meta.dirname, 'watchdog-child.mjs')], {
    // In a group of its own: Ctrl-C in the terminal must not end the one who clears up after it.
    detached: true,
    stdio: ['pipe', 'ignore', 'inherit'],
  });
  const exited = once(child, 'exit');
  const tell = (order: object): void => {
    child.stdin.write(`${JSON.stringify(order)}\n`);
  };
  return {
    kill: (pid) => tell({ kill: pid }),
    forget: (pid) => tell({ forget: pid }),
    remove: (folder) => tell({ remove: folder }),
    run: (command) => tell({ run: command }),
    async end() {
      child.stdin.end();
      await exited;
    },
  };
}
