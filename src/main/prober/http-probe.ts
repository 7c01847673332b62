import { isAcceptedStatus } from '../../shared/domain/target';
import { type AttemptResult, attemptResult, type Failure } from './attempt-result';
import { exchangeHttp } from './http-exchange';
import { PhaseTimer } from './phase-timer';
import type { ProbeContext, ProbeRequest } from './probe-fn';
import { type Hop, nextHop } from './redirect';
import { credentialNames, hasSecretBody, requestHeaders } from './request-headers';

/** HTTP and HTTPS: a fresh connection per attempt, redirects followed with their phases summed, the body read to its end. */
export async function probeHttp(probe: ProbeRequest, context: ProbeContext): Promise<AttemptResult> {
  const startMs = context.monotonicMs();
  const timer = new PhaseTimer(startMs);
  const { target } = probe;
  const deadlineMs = startMs + target.timeoutMs;
  const url = new URL(probe.url);
  const headers = requestHeaders(probe, url, context.userAgent);
  let hop: Hop = { url, method: target.method, headers, body: probe.body };

  for (let redirects = 0; ; redirects += 1) {
    const result = await exchangeHttp({ ...hop, deadlineMs }, timer, context);
    const finish = (failure: Failure | null): AttemptResult =>
      attemptResult(timer, result, failure, target.degradedMs);
    if (result.failure !== null) return finish(result.failure);
    const status = result.statusCode ?? 0;
    const next = target.maxRedirects === 0 ? null : follow(hop, probe, status, result.location);
    if (next === null) {
      if (isAcceptedStatus(status, target.acceptedStatus)) return finish(null);
      const expected = target.acceptedStatus.join(', ');
      const detail = `status ${status}, expected ${expected}`;
      return finish({ phase: 'assertion', code: 'unexpected_status', detail });
    }
    if (typeof next === 'string') {
      return finish({ phase: 'response', code: 'bad_redirect', detail: next });
    }
    if (redirects >= target.maxRedirects) {
      const detail = `more than ${target.maxRedirects} redirects`;
      return finish({ phase: 'response', code: 'too_many_redirects', detail });
    }
    hop = next;
  }
}

function follow(hop: Hop, probe: ProbeRequest, status: number, location: string | null) {
  if (location === null) return null;
  return nextHop(hop, status, location, { headerNames: credentialNames(probe), body: hasSecretBody(probe) });
}
