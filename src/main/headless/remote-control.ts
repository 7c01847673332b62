import { request } from 'node:http';
import { AppError, type ErrorShape } from '../../shared/contract/app-error';
import type { CommandName } from '../../shared/contract/commands';
import { readRuntime } from './runtime-file';

/**
 * Sends one command to the engine that runs on a data folder.
 * @returns false when none runs there
 * @throws AppError with what that engine said
 */
export async function commandRunning(
  dataDirectory: string,
  name: CommandName,
  input: unknown,
): Promise<boolean> {
  const runtime = await readRuntime(dataDirectory);
  if (runtime === null) return false;
  const reply = await post(runtime.port, runtime.token, name, JSON.stringify(input));
  if (reply === null) return false;
  if (!reply.ok) throw new AppError(reply.error.code, reply.error.message, { domain: reply.error.domain });
  return true;
}

/** A reset of a large lake takes its time. */
const PATIENCE_MS = 120_000;

type Reply = { ok: true } | { ok: false; error: ErrorShape };

/** Null when nobody answers there. */
function post(port: number, token: string, name: string, body: string): Promise<Reply | null> {
  return new Promise((resolve) => {
    const sent = request(
      {
        host: '127.0.0.1',
        port,
        method: 'POST',
        path: `/api/${name}`,
        headers: {
          authorization: `Bearer ${token}`,
          'content-type': 'application/json',
          'content-length': Buffer.byteLength(body),
        },
      },
      (response) => {
        let text = '';
        response.setEncoding('utf8').on('data', (chunk: string) => {
          text += chunk;
        });
        response.once('end', () => {
          try {
            resolve(JSON.parse(text) as Reply);
          } catch {
            // Another program took the port, or an engine with another token: ours does not run.
            resolve(null);
          }
        });
      },
    );
    // A program that took the port since may never answer.
    sent.setTimeout(PATIENCE_MS, () => sent.destroy());
    sent.once('error', () => resolve(null));
    sent.end(body);
  });
}
