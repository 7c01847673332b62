import type { ServerResponse } from 'node:http';
import type { HttpBindings } from '@hono/node-server';
import { RESPONSE_ALREADY_SENT } from '@hono/node-server/utils/response';
import type { Context } from 'hono';
import { AppError } from '../../shared/contract/app-error';
import { topics as allTopics, type Topic } from '../../shared/contract/pushes';
import type { Clock } from '../platform/clock';
import { refuse } from './command-route';
import { isTopic } from './pending-changes';
import type { PushHub, PushSubscriber } from './push-hub';

/** A connection that takes nothing for so long is dead: it is cut, and a living page connects anew. */
const STALLED_MS = 60_000;

/** `GET /api/push?topics=a,b`: every message is one event of the stream, its data a `PushMessage`. */
export function createPushRoute(options: {
  hub: PushHub;
  clock: Clock;
  heartbeatMs: number;
  /** Streams that are open, for whoever has to end them. */
  open: Set<ServerResponse>;
}): (context: Context<{ Bindings: HttpBindings }>) => Response {
  return (context) => {
    if (context.req.method !== 'GET') {
      return refuse(context, new AppError('invalid_input', 'the push stream is read with GET'), 405);
    }
    const names = (context.req.query('topics') ?? '').split(',').filter((name) => name !== '');
    const topics = names.filter(isTopic);
    const unknown = names.find((name) => !isTopic(name));
    if (unknown !== undefined || topics.length === 0) {
      const what =
        unknown === undefined ? 'name at least one topic' : `there is no topic "${unknown.slice(0, 80)}"`;
      return refuse(
        context,
        new AppError('invalid_input', `topics: ${what}; there are ${allTopics.join(', ')}`, {
          field: 'topics',
        }),
      );
    }
    stream(context.env.outgoing, topics, options);
    return RESPONSE_ALREADY_SENT;
  };
}

function stream(
  outgoing: ServerResponse,
  topics: readonly Topic[],
  { hub, clock, heartbeatMs, open }: Parameters<typeof createPushRoute>[0],
): void {
  let stalledSinceMs: number | null = null;
  const write = (text: string): boolean => {
    const hasRoom = outgoing.write(text);
    if (!hasRoom) stalledSinceMs ??= clock.monotonicMs();
    return hasRoom;
  };
  const subscriber: PushSubscriber = {
    send: (message) => write(`data: ${JSON.stringify(message)}\n\n`),
    end: () => outgoing.end(),
  };

  open.add(outgoing);
  outgoing.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8' });
  outgoing.write('retry: 1000\n\n');
  const subscription = hub.subscribe(topics, subscriber);
  // Tells both ends that the other one lives, through silence and through proxies.
  const heartbeat = setInterval(() => {
    if (stalledSinceMs === null) write(': ping\n\n');
    else if (clock.monotonicMs() - stalledSinceMs > STALLED_MS) outgoing.destroy();
  }, heartbeatMs);
  outgoing.on('drain', () => {
    stalledSinceMs = null;
    subscription.drained();
  });
  outgoing.once('close', () => {
    open.delete(outgoing);
    clearInterval(heartbeat);
    subscription.close();
  });
}
