import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

export interface ChildOptions {
  /** Arguments of Node itself. */
  nodeArgs?: readonly string[];
  progress?: (text: string) => void;
}

/**
 * Runs a file of this folder in a process of its own, where memory and processor time are those of the measured work alone.
 * Its only argument is JSON; of the JSON lines it prints, `{progress}` is passed on and `{result}` is what this resolves with.
 */
export function runChild<T>(file: string, argument: unknown, options: ChildOptions = {}): Promise<T> {
  const child = spawn(
    process.execPath,
    [...(options.nodeArgs ?? []), '--import', 'tsx', `bench/support/${file}`, JSON.stringify(argument)],
    // As wide a pool as the headless engine has; it must be set before Node starts.
    { stdio: ['ignore', 'pipe', 'inherit'], env: { ...process.env, UV_THREADPOOL_SIZE: '16' } },
  );
  const end = (): void => void child.kill();
  process.once('exit', end);
  child.once('close', () => process.off('exit', end));
  return new Promise((resolve, reject) => {
    let found: { result: T } | null = null;
    createInterface({ input: child.stdout }).on('line', (line) => {
      const said = JSON.parse(line) as { progress: string } | { result: T };
      if ('result' in said) found = said;
      else options.progress?.(said.progress);
    });
    child.once('error', reject);
    child.once('close', (code, signal) => {
      if (found === null) reject(new Error(`${file} ended with ${code ?? signal} and without a result`));
      else resolve(found.result);
    });
  });
}

/** The argument that this child was given. */
export function argumentOf<T>(): T {
  return JSON.parse(process.argv[2] ?? '') as T;
}

export function tell(said: { progress: string } | { result: unknown }): void {
  process.stdout.write(`${JSON.stringify(said)}\n`);
}
