import type { Target } from '../../shared/domain/target';
import type { AttemptResult } from './attempt-result';
import type { ConnectContext } from './connection';

/** A request with every secret resolved. It exists in the worker only. */
export interface ProbeRequest {
  target: Target;
  url: string;
  headers: Record<string, string>;
  body: string | null;
}

export interface ProbeContext extends ConnectContext {
  userAgent: string;
}

/**
 * One attempt of one kind of probe. A failing target is a result; resolves within the target's timeout and a little.
 * @throws OwnFault when this machine could not even try
 */
export type ProbeFn = (request: ProbeRequest, context: ProbeContext) => Promise<AttemptResult>;
