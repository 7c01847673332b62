import { type ChildProcess, spawn } from 'node:child_process';
import type { Readable } from 'node:stream';

/** A running headless engine, as a user would start it. */
export interface HeadlessProcess {
  readonly child: ChildProcess;
  /** Resolves with the printed address; rejects when the process ends first. */
  readonly address: Promise<string>;
  /** Every acknowledged `probe_id,seq` so far, in order. */
  readonly acknowledged: string[];
  readonly output: () => string;
  readonly exited: Promise<{ code: number | null; signal: NodeJS.Signals | null }>;
  kill(signal: NodeJS.Signals): Promise<{ code: number | null; signal: NodeJS.Signals | null }>;
}

/** Starts `out/main/headless.js` with an extra file descriptor that carries acknowledgements. */
export function startHeadless(
  args: readonly string[],
  env: Record<string, string> = {},
  node = process.execPath,
): HeadlessProcess {
  const child = spawn(node, ['out/main/headless.js', ...args, '--ack-fd', '3'], {
    stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
    env: { ...process.env, API_URL: '', ...env },
  });
  let output = '';
  const acknowledged: string[] = [];
  let tail = '';
  (child.stdio[3] as Readable).setEncoding('utf8').on('data', (text: string) => {
    const lines = (tail + text).split('\n');
    // A line that the kill cut short was never wholly written: it is no acknowledgement.
    tail = lines.pop() ?? '';
    acknowledged.push(...lines);
  });
  const exited = new Promise<{ code: number | null; signal: NodeJS.Signals | null }>((resolve) => {
    child.once('close', (code, signal) => resolve({ code, signal }));
  });
  const address = new Promise<string>((resolve, reject) => {
    const look = (text: string): void => {
      output += text;
      const found = /listening on (http:\/\/\S+)/.exec(output);
      if (found?.[1] !== undefined) resolve(found[1]);
    };
    child.stdout?.setEncoding('utf8').on('data', look);
    child.stderr?.setEncoding('utf8').on('data', look);
    void exited.then(({ code, signal }) => reject(new Error(`ended with ${code ?? signal}:\n${output}`)));
  });
  address.catch(() => undefined);
  return {
    child,
    address,
    acknowledged,
    output: () => output,
    exited,
    async kill(signal) {
      child.kill(signal);
      return exited;
    },
  };
}
