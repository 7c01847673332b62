import { AppError, type ErrorShape, invalidInput, toAppError } from '../../shared/contract/app-error';
import {
  type CallContext,
  type CommandInput,
  type CommandName,
  commands,
  type Handlers,
} from '../../shared/contract/commands';
import type { Reply } from '../../shared/contract/preload-api';
import type { Clock } from '../platform/clock';
import type { Logger } from '../platform/logger';

/** Never rejects: whatever goes wrong is a typed error in the reply. */
export type Router = (name: string, input: unknown, context: CallContext) => Promise<Reply>;

/** What one call came to, for whoever watches the bridge. Holds neither input nor answer: both may be private. */
export interface CallReport {
  name: string;
  result: 'ok' | ErrorShape['code'];
  durationMs: number;
}

/**
 * The one way into the engine, mounted on every transport: parses the input by the command's schema, calls, encodes.
 *
 * Answers are checked by the compiler (`Handlers`), not again at run time: a series or a list of windows may hold
 * thousands of numbers, and parsing them a second time would cost more than asking for them. `checkAnswers` turns
 * the run-time check on for tests.
 */
export function createRouter(
  handlers: Handlers,
  logger: Logger,
  options: {
    checkAnswers?: boolean;
    observe?: { clock: Clock; onCall: (report: CallReport) => void };
  } = {},
): Router {
  const { checkAnswers = false, observe } = options;

  async function call<N extends CommandName>(name: N, input: unknown, context: CallContext) {
    const parsed = commands[name].input.safeParse(input ?? {});
    if (!parsed.success) throw invalidInput(parsed.error);
    const handler: Handlers[N] = handlers[name];
    // The schema of this very command has just accepted the value.
    const value = await handler(parsed.data as CommandInput<N>, context);
    if (checkAnswers) {
      const answer = commands[name].output.safeParse(value);
      if (!answer.success) {
        throw new AppError('internal', `the answer of ${name} breaks the contract`, {
          domain: 'internal',
          cause: answer.error,
        });
      }
    }
    return value;
  }

  async function answer(name: string, input: unknown, context: CallContext): Promise<Reply> {
    try {
      if (!isCommand(name)) {
        throw new AppError('not_found', `there is no command "${name.slice(0, 80)}"`);
      }
      return { ok: true, value: await call(name, input, context) };
    } catch (thrown) {
      const error = errorOf(thrown, context);
      if (error.domain === 'internal') logger.error({ command: name, err: thrown }, 'a command failed');
      return { ok: false, error: error.toShape() };
    }
  }

  if (observe === undefined) return answer;
  const { clock, onCall } = observe;
  return async (name, input, context) => {
    const startedMs = clock.monotonicMs();
    const reply = await answer(name, input, context);
    const result = reply.ok ? 'ok' : reply.error.code;
    onCall({ name, result, durationMs: clock.monotonicMs() - startedMs });
    return reply;
  };
}

function isCommand(name: string): name is CommandName {
  return Object.hasOwn(commands, name);
}

/** A call that its caller gave up is cancelled, whatever the broken-off work threw. */
function errorOf(thrown: unknown, context: CallContext): AppError {
  if (context.signal.aborted && !(thrown instanceof AppError)) return new AppError('cancelled', 'cancelled');
  return toAppError(thrown);
}
