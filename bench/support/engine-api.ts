import { get, request } from 'node:http';
import { json } from 'node:stream/consumers';
import type { Health } from '../../src/shared/contract/health';
import type { ProbePoint } from '../../src/shared/contract/pushes';

/** Asks a running engine how it is; each time by a connection of its own, as none may be closed while it is asked. */
export function healthOf(address: string): Promise<Health> {
  const url = new URL(address);
  const headers = {
    'content-type': 'application/json',
    authorization: `Bearer ${url.searchParams.get('token') ?? ''}`,
  };
  return new Promise((resolve, reject) => {
    const options = { host: url.hostname, port: url.port, path: '/api/health.get', method: 'POST', headers };
    const asked = request({ ...options, agent: false }, async (response) => {
      try {
        const reply = (await json(response)) as { ok: boolean; value: Health };
        if (!reply.ok) throw new Error(`the engine did not say how it is: ${JSON.stringify(reply)}`);
        resolve(reply.value);
      } catch (error) {
        reject(error);
      }
    });
    asked.once('error', reject).end('{}');
  });
}

/**
 * Listens to the push stream of probes as a browser does.
 * @param onProbes what came, and when (wall clock, ms)
 * @returns the way to stop
 */
export function subscribeToProbes(
  address: string,
  onProbes: (probes: readonly ProbePoint[], receivedMs: number) => void,
): () => void {
  const url = new URL(address);
  const listening = get(
    {
      host: url.hostname,
      port: url.port,
      path: '/api/push?topics=probes',
      headers: { authorization: `Bearer ${url.searchParams.get('token') ?? ''}` },
    },
    (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (chunk: string) => {
        const receivedMs = wallMs();
        text += chunk;
        const messages = text.split('\n\n');
        text = messages.pop() ?? '';
        for (const message of messages) {
          const data = message.split('\n').find((line) => line.startsWith('data:'));
          if (data === undefined) continue;
          const parsed = JSON.parse(data.slice(5)) as { kind: string; payload: ProbePoint[] };
          if (parsed.kind === 'change') onProbes(parsed.payload, receivedMs);
        }
      });
    },
  );
  listening.on('error', () => undefined);
  return () => listening.destroy();
}

/** The wall clock with sub-millisecond resolution, ms since the epoch. */
export function wallMs(): number {
  return performance.timeOrigin + performance.now();
}
