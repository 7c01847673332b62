import { z } from 'zod';
import { AppError, errorShapeSchema } from '../../shared/contract/app-error';
import { type CommandName, type CommandOutput, commands } from '../../shared/contract/commands';
import type { PushMessage } from '../../shared/contract/pushes';
import type { Transport } from './transport';

const RETRY_MS = 1000;

const replySchema = z.union([
  z.object({ ok: z.literal(true), value: z.unknown() }),
  z.object({ ok: z.literal(false), error: errorShapeSchema }),
]);

const unreachable = (cause: unknown) =>
  new AppError('unavailable', 'The engine cannot be reached.', {
    domain: 'external',
    retry: 'backoff',
    cause,
  });

async function call<N extends CommandName>(name: N, input: unknown, signal?: AbortSignal) {
  let response: Response;
  try {
    response = await fetch(`/api/${name}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(input),
      ...(signal === undefined ? {} : { signal }),
    });
  } catch (error) {
    if (signal?.aborted) throw new AppError('cancelled', 'cancelled');
    throw unreachable(error);
  }
  const body: unknown = await response.json().catch(() => null);
  const reply = replySchema.safeParse(body);
  if (!reply.success) {
    if (response.status === 401 || response.status === 403) {
      throw new AppError('forbidden', 'The token is missing or wrong.');
    }
    throw unreachable(`status ${response.status}`);
  }
  if (!reply.data.ok) {
    const { code, message, domain, retry, field } = reply.data.error;
    throw new AppError(code, message, { domain, retry, ...(field === undefined ? {} : { field }) });
  }
  const value = commands[name].output.safeParse(reply.data.value);
  if (!value.success) {
    throw new AppError('too_new', 'The engine answers in another version than this page.');
  }
  // The schema of this very command has just accepted the value.
  return value.data as CommandOutput<N>;
}

/** Commands as POST requests, pushes as one event stream that is opened anew whenever it breaks. */
export function createHttpTransport(): Transport {
  return {
    kind: 'browser',
    invoke: call,
    subscribe(topics, onMessage, onLink) {
      let source: EventSource | null = null;
      let timer: ReturnType<typeof setTimeout> | undefined;
      const open = () => {
        source = new EventSource(`/api/push?topics=${topics.join(',')}`);
        source.onmessage = (event: MessageEvent<string>) => {
          onLink('open');
          // Our own engine's stream on our own origin; the shape is the contract's.
          onMessage(JSON.parse(event.data) as PushMessage);
        };
        source.onerror = () => {
          source?.close();
          onLink('lost');
          timer = setTimeout(open, RETRY_MS);
        };
      };
      open();
      return () => {
        clearTimeout(timer);
        source?.close();
      };
    },
  };
}
