import type { Target } from '../../shared/domain/target';
import { probeHttp } from './http-probe';
import type { ProbeFn } from './probe-fn';

/** A new kind is one file and one line here (and its name in the target's schema). */
export const PROBES: Record<Target['kind'], ProbeFn> = {
  http: probeHttp,
};
