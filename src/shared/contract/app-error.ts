import { z } from 'zod';

export const errorCodes = [
  'invalid_input',
  'not_found',
  'conflict',
  'confirmation_needed',
  'cancelled',
  'no_space',
  'not_writable',
  'in_use',
  'fenced',
  'too_new',
  'corrupt',
  'unavailable',
  'forbidden',
  'internal',
] as const;
export type ErrorCode = (typeof errorCodes)[number];

/** How a fault of ours travels: on the wire, in a log line, on the screen. */
export const errorShapeSchema = z.object({
  code: z.enum(errorCodes),
  /** Whose move it is: the user mends the input, waits for the outside world, or reports a bug. */
  domain: z.enum(['user', 'external', 'internal']),
  retry: z.enum(['never', 'backoff']),
  /** One sentence that says what is wrong and how to mend it. */
  message: z.string(),
  /** The input's field, as a dotted path. */
  field: z.string().optional(),
});
export type ErrorShape = z.infer<typeof errorShapeSchema>;

/** A fault of ours or of the input. A failing target is never one: that is data. Compare `code`, never text. */
export class AppError extends Error implements ErrorShape {
  override readonly name = 'AppError';
  readonly code: ErrorCode;
  readonly domain: ErrorShape['domain'];
  readonly retry: ErrorShape['retry'];
  readonly field?: string;

  constructor(
    code: ErrorCode,
    message: string,
    options: {
      domain?: ErrorShape['domain'];
      retry?: ErrorShape['retry'];
      field?: string;
      cause?: unknown;
    } = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.domain = options.domain ?? 'user';
    this.retry = options.retry ?? 'never';
    if (options.field !== undefined) this.field = options.field;
  }

  /** The wire form: no stack, no cause. */
  toShape(): ErrorShape {
    const { code, domain, retry, message } = this;
    return this.field === undefined
      ? { code, domain, retry, message }
      : { code, domain, retry, message, field: this.field };
  }
}

/** The first problem of a failed zod parse as a typed error that names field and reason. */
export function invalidInput(error: z.ZodError, prefix = ''): AppError {
  const issue = error.issues[0];
  const path = [prefix, ...(issue?.path ?? []).map(String)].filter((part) => part !== '').join('.');
  const reason = issue?.message ?? 'invalid';
  return new AppError(
    'invalid_input',
    path === '' ? reason : `${path}: ${reason}`,
    path === '' ? {} : { field: path },
  );
}

/** Any thrown thing as an AppError; what is not ours becomes `internal` without leaking a stack. */
export function toAppError(thrown: unknown): AppError {
  if (thrown instanceof AppError) return thrown;
  if (thrown instanceof z.ZodError) return invalidInput(thrown);
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  return new AppError('internal', message, { domain: 'internal', cause: thrown });
}
