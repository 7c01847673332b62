import { readFileSync } from 'node:fs';
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

export async function waitUntil(what: () => boolean | Promise<boolean>, timeoutMs = 10_000): Promise<void> {
  const end = Date.now() + timeoutMs;
  while (!(await what())) {
    if (Date.now() > end) throw new Error(`waited ${timeoutMs} ms in vain for ${what.toString()}`);
    await new Promise((resume) => setTimeout(resume, 50));
  }
}
