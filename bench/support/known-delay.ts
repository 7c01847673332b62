import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

export interface KnownDelay {
  readonly port: number;
  /** How long each request really was held, ms, by name in order of arrival; forgets them. */
  takeHolds(): Promise<Record<string, number[]>>;
  stop(): void;
}

export async function startKnownDelay(holdMs: number): Promise<KnownDelay> {
  const child = spawn(
    process.execPath,
    ['--import', 'tsx', 'bench/support/known-delay-process.ts', String(holdMs)],
    { stdio: ['pipe', 'pipe', 'inherit'] },
  );
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const next = async () => JSON.parse((await lines.next()).value as string) as Record<string, unknown>;
  const { port } = (await next()) as { port: number };
  return {
    port,
    async takeHolds() {
      child.stdin.write('holds\n');
      return (await next()).holds as Record<string, number[]>;
    },
    stop() {
      child.stdin.end();
      child.kill();
    },
  };
}
