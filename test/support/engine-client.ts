import { readFileSync } from 'node:fs';
import { get } from 'node:http';
import { join } from 'node:path';

export interface Reply {
  ok: boolean;
  value?: unknown;
  error?: { code: string; message: string; field?: string };
}

/** Sends a command to the engine that runs on a data folder, as any client of its address does. */
export async function command(dataDirectory: string, name: string, input: unknown = {}): Promise<Reply> {
  const { port, token } = JSON.parse(readFileSync(join(dataDirectory, 'runtime.json'), 'utf8')) as {
    port: number;
    token: string;
  };
  const response = await fetch(`http://127.0.0.1:${port}/api/${name}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify(input),
  });
  return (await response.json()) as Reply;
}

/** Everything that is pushed on some topics, as text. */
export function listenToPushes(
  dataDirectory: string,
  topics: readonly string[],
): { text: () => string; close: () => void } {
  const { port, token } = JSON.parse(readFileSync(join(dataDirectory, 'runtime.json'), 'utf8')) as {
    port: number;
    token: string;
  };
  let heard = '';
  const request = get(
    `http://127.0.0.1:${port}/api/push?topics=${topics.join(',')}`,
    { headers: { authorization: `Bearer ${token}` } },
    (response) => {
      response.setEncoding('utf8').on('data', (text: string) => {
        heard += text;
      });
    },
  );
  request.on('error', () => undefined);
  return { text: () => heard, close: () => request.destroy() };
}

export async function waitUntil(what: () => boolean | Promise<boolean>, timeoutMs = 10_000): Promise<void> {
  const end = Date.now() + timeoutMs;
  while (!(await what())) {
    if (Date.now() > end) throw new Error(`waited ${timeoutMs} ms in vain for ${what.toString()}`);
    await new Promise((resume) => setTimeout(resume, 50));
  }
}
