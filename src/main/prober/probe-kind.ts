import type { Target } from '../../shared/domain/target';
import type { AttemptResult } from './attempt-result';
import type { ConnectContext } from './connection';
import { probeHttp } from './http-probe';

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

/** One attempt of one kind of probe. Resolves always, within the target's timeout and a little. */
export type ProbeFn = (request: ProbeRequest, context: ProbeContext) => Promise<AttemptResult>;

/** A new kind is one file and one line here (and its name in the target's schema). */
export const PROBES: Record<Target['kind'], ProbeFn> = {
  http: probeHttp,
};
