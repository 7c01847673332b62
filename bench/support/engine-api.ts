import { get } from 'node:http';
import type { Health } from '../../src/shared/contract/health';
import type { ProbePoint } from '../../src/shared/contract/pushes';

/** Asks a running engine how it is. */
export async function healthOf(address: string): Promise<Health> {
  const url = new URL(address);
  const response = await fetch(`${url.origin}/api/health.get`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      authorization: `Bearer ${url.searchParams.get('token') ?? ''}`,
    },
    body: '{}',
  });
  const reply = (await response.json()) as { ok: boolean; value: Health };
  if (!reply.ok) throw new Error(`the engine did not say how it is: ${JSON.stringify(reply)}`);
  return reply.value;
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
  const request = get(
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
  request.on('error', () => undefined);
  return () => request.destroy();
}

/** The wall clock with sub-millisecond resolution, ms since the epoch. */
export function wallMs(): number {
  return performance.timeOrigin + performance.now();
}
