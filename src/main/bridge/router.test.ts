import { pino } from 'pino';
import { describe, expect, it } from 'vitest';
import { AppError } from '../../shared/contract/app-error';
import type { Handlers } from '../../shared/contract/commands';
import { systemClock } from '../platform/clock';
import { createRouter } from './router';

const context = { signal: new AbortController().signal };

/** A logger that keeps what it was told. */
function createListening() {
  const lines: string[] = [];
  return { lines, logger: pino({ level: 'debug' }, { write: (line) => void lines.push(line) }) };
}

/** Handlers for the commands that a test calls; any other one fails it. */
function handlersOf(some: Partial<Handlers>): Handlers {
  return new Proxy(some, {
    get: (given, name) => {
      const handler = Reflect.get(given, name);
      if (handler === undefined) throw new Error(`the test has no handler for ${String(name)}`);
      return handler;
    },
  }) as Handlers;
}

describe('the router', () => {
  it('fills defaults in, hands the parsed input over and wraps the answer', async () => {
    const { logger } = createListening();
    let seen: unknown;
    const route = createRouter(
      handlersOf({
        'windows.last': (input) => {
          seen = input;
          return [];
        },
      }),
      logger,
    );
    expect(await route('windows.last', {}, context)).toEqual({ ok: true, value: [] });
    expect(seen).toEqual({ targetId: null, probeId: null, limit: 10 });
  });

  it('names the field of a wrong input and never calls the handler', async () => {
    const { logger, lines } = createListening();
    const route = createRouter(handlersOf({}), logger);
    const reply = await route('windows.last', { limit: 'many' }, context);
    expect(reply).toMatchObject({
      ok: false,
      error: { code: 'invalid_input', domain: 'user', field: 'limit' },
    });
    const nested = await route('targets.update', { id: 'a', draft: { url: 'ftp://x' } }, context);
    expect(nested).toMatchObject({ ok: false, error: { code: 'invalid_input', field: 'draft.url' } });
    expect(lines).toEqual([]);
  });

  it.each(['nothing.here', '', '__proto__', 'constructor', 'toString'])(
    'answers not_found to "%s"',
    async (name) => {
      const { logger } = createListening();
      const route = createRouter(handlersOf({}), logger);
      expect(await route(name, {}, context)).toMatchObject({ ok: false, error: { code: 'not_found' } });
    },
  );

  it('logs a fault of ours with its stack and answers without it', async () => {
    const { logger, lines } = createListening();
    const route = createRouter(
      handlersOf({
        'health.get': () => {
          throw new TypeError('x is undefined');
        },
      }),
      logger,
    );
    const reply = await route('health.get', {}, context);
    expect(reply).toEqual({
      ok: false,
      error: { code: 'internal', domain: 'internal', retry: 'never', message: 'x is undefined' },
    });
    expect(lines.join('')).toContain('router.test.ts');
  });

  it('passes a typed error on as it is and does not log it', async () => {
    const { logger, lines } = createListening();
    const route = createRouter(
      handlersOf({
        'targets.delete': async () => {
          throw new AppError('not_found', 'id: no target "a"', { field: 'id' });
        },
      }),
      logger,
    );
    expect(await route('targets.delete', { id: 'a' }, context)).toEqual({
      ok: false,
      error: { code: 'not_found', domain: 'user', retry: 'never', message: 'id: no target "a"', field: 'id' },
    });
    expect(lines).toEqual([]);
  });

  it('calls it cancelled when the caller went away, whatever was thrown', async () => {
    const { logger, lines } = createListening();
    const caller = new AbortController();
    const route = createRouter(
      handlersOf({
        'totals.get': (_input, { signal }) =>
          new Promise((_resolve, reject) => {
            signal.addEventListener('abort', () => reject(new Error('INTERRUPT Error: Interrupted!')));
          }),
      }),
      logger,
    );
    const reply = route('totals.get', { range: { fromUs: 0, toUs: 1 } }, { signal: caller.signal });
    caller.abort();
    expect(await reply).toMatchObject({ ok: false, error: { code: 'cancelled' } });
    expect(lines).toEqual([]);
  });

  it('finds an answer that breaks the contract when told to check answers', async () => {
    const { logger, lines } = createListening();
    const handlers = handlersOf({ 'settings.get': () => ({ windowMs: 7 }) as never });
    expect(await createRouter(handlers, logger)('settings.get', {}, context)).toMatchObject({ ok: true });
    const checking = createRouter(handlers, logger, { checkAnswers: true });
    expect(await checking('settings.get', {}, context)).toMatchObject({
      ok: false,
      error: { code: 'internal' },
    });
    expect(lines).toHaveLength(1);
  });

  it('tells whoever watches the name and the result of a call, and neither input nor answer', async () => {
    const { logger } = createListening();
    const reports: unknown[] = [];
    const route = createRouter(handlersOf({ 'targets.list': () => [] }), logger, {
      observe: { clock: systemClock, onCall: (report) => reports.push(report) },
    });
    await route('targets.list', {}, context);
    await route('targets.delete', { id: '' }, context);
    expect(reports).toEqual([
      { name: 'targets.list', result: 'ok', durationMs: expect.any(Number) },
      { name: 'targets.delete', result: 'invalid_input', durationMs: expect.any(Number) },
    ]);
  });
});
