import type { IncomingMessage } from 'node:http';
import type { HttpBindings } from '@hono/node-server';
import type { Context } from 'hono';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import { AppError, type ErrorCode } from '../../shared/contract/app-error';
import type { Reply } from '../../shared/contract/preload-api';
import type { Router } from './router';

/** A target's body may hold 1 MiB of text, which JSON may write six times as long. */
export const MAX_BODY_BYTES = 8 * 1_048_576;

const statusOf: Record<ErrorCode, ContentfulStatusCode> = {
  invalid_input: 400,
  not_found: 404,
  conflict: 409,
  confirmation_needed: 409,
  // What is told to nobody: the caller has gone.
  cancelled: 408,
  no_space: 507,
  not_writable: 500,
  in_use: 409,
  fenced: 409,
  too_new: 409,
  corrupt: 500,
  unavailable: 503,
  forbidden: 403,
  internal: 500,
};

type HttpContext = Context<{ Bindings: HttpBindings }>;

export function replyWith(context: HttpContext, reply: Reply, status?: ContentfulStatusCode): Response {
  return context.json(reply, reply.ok ? 200 : (status ?? statusOf[reply.error.code]));
}

export function refuse(context: HttpContext, error: AppError, status?: ContentfulStatusCode): Response {
  return replyWith(context, { ok: false, error: error.toShape() }, status);
}

/** `POST /api/<command>` with a JSON body; the reply's `ok` tells how it went, the status says the same to tools. */
export function createCommandRoute(router: Router): (context: HttpContext) => Promise<Response> {
  return async (context) => {
    const { incoming, outgoing } = context.env;
    // A form of another site can post text or form data, but not this.
    if (!/^application\/json\s*(;|$)/i.test(incoming.headers['content-type'] ?? '')) {
      return refuse(
        context,
        new AppError('invalid_input', 'the content-type must be application/json', { field: 'content-type' }),
        415,
      );
    }
    const caller = new AbortController();
    outgoing.once('close', () => {
      if (!outgoing.writableFinished) caller.abort();
    });
    let body: string | null;
    try {
      body = await readBody(incoming);
    } catch {
      return refuse(context, new AppError('cancelled', 'the caller went away'));
    }
    if (body === null) {
      // The rest is not read: the connection ends with the answer.
      outgoing.setHeader('connection', 'close');
      const limit = `the body is larger than ${MAX_BODY_BYTES} bytes`;
      return refuse(context, new AppError('invalid_input', limit), 413);
    }
    let input: unknown;
    try {
      input = body === '' ? {} : JSON.parse(body);
    } catch {
      return refuse(context, new AppError('invalid_input', 'the body is not JSON'));
    }
    const name = context.req.param('command') ?? '';
    return replyWith(context, await router(name, input, { signal: caller.signal }));
  };
}

/** The whole body as text, or null when it is too large. Rejects when the caller goes away meanwhile. */
async function readBody(incoming: IncomingMessage): Promise<string | null> {
  if (Number(incoming.headers['content-length'] ?? 0) > MAX_BODY_BYTES) return null;
  const chunks: Buffer[] = [];
  let bytes = 0;
  // Kept open when given up half way: the answer goes out on the same connection.
  for await (const chunk of incoming.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > MAX_BODY_BYTES) return null;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}
