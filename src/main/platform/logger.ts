import { type Logger as PinoLogger, pino, stdTimeFunctions } from 'pino';

export type LogLevel = 'silent' | 'error' | 'warn' | 'info' | 'debug';

/** Structured logs on stderr: `(fields, sentence)`. */
export type Logger = Pick<PinoLogger, 'error' | 'warn' | 'info' | 'debug' | 'child'>;

export function createLogger(level: LogLevel): Logger {
  return pino({ level, base: null, timestamp: stdTimeFunctions.isoTime }, process.stderr);
}
