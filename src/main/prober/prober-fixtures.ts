import type { LookupFunction } from 'node:net';
import { createSecureContext } from 'node:tls';
import { displayUrlOf } from '../../shared/domain/display-url';
import { type Target, type TargetInput, targetSchema } from '../../shared/domain/target';
import { systemClock } from '../platform/clock';
import { createNameLookup } from './name-lookup';
import type { ProbeContext, ProbeRequest } from './probe-fn';
import type { ProbeTarget } from './prober';

/** For tests: a whole target from the few fields that matter. */
export function targetOf(fields: TargetInput & { id?: string; configVersion?: number }): Target {
  return targetSchema.parse({ id: 'target', ...fields });
}

/** A target without references to variables, as the prober gets it. */
export function probeTargetOf(fields: Parameters<typeof targetOf>[0]): ProbeTarget {
  const target = targetOf(fields);
  const { url, headers, body } = target;
  return { target, displayUrl: displayUrlOf(target), request: { url, headers, body } };
}

export function requestOf(fields: Parameters<typeof targetOf>[0]): ProbeRequest {
  const target = targetOf(fields);
  const { url, headers, body } = target;
  return { target, url, headers, body };
}

export function contextOf(options: { ca?: string; lookup?: LookupFunction } = {}): ProbeContext {
  const { monotonicMs } = systemClock;
  return {
    monotonicMs,
    secureContext: createSecureContext(options.ca === undefined ? {} : { ca: options.ca }),
    lookup: options.lookup ?? createNameLookup(),
    userAgent: 'UpTimer/0.0.0 (+uptime monitor)',
  };
}
