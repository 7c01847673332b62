import { isAcceptedStatus } from '../../shared/domain/target';
import { type AttemptResult, attemptResult, type Failure, type ResponseFacts } from './attempt-result';
import { exchangeHttp } from './http-exchange';
import { PhaseTimer } from './phase-timer';
import type { ProbeContext, ProbeRequest } from './probe-kind';
import { nextHop } from './redirect';

/** HTTP and HTTPS: a fresh connection per attempt, redirects followed with their phases summed, the body read to its end. */
export async function probeHttp(probe: ProbeRequest, context: ProbeContext): Promise<AttemptResult> {
  const startMs = context.monotonicMs();
  const timer = new PhaseTimer(startMs);
  const { target } = probe;
  const deadlineMs = startMs + target.timeoutMs;
  const url = new URL(probe.url);
  let hop = {
    url,
    method: target.method as string,
    headers: requestHeaders(probe, url, context.userAgent),
    body: probe.body,
  };

  for (let redirects = 0; ; redirects += 1) {
    const result = await exchangeHttp({ ...hop, deadlineMs }, timer, context);
    const facts: ResponseFacts = result;
    const finish = (failure: Failure | null): AttemptResult =>
      attemptResult(timer, facts, failure, target.degradedMs);
    if (result.failure !== null) return finish(result.failure);
    const status = result.statusCode ?? 0;
    const next = target.maxRedirects === 0 ? null : nextHop(hop, status, result.location);
    if (next === null) {
      if (isAcceptedStatus(status, target.acceptedStatus)) return finish(null);
      const expected = target.acceptedStatus.join(', ');
      return finish({
        phase: 'assertion',
        code: 'unexpected_status',
        detail: `status ${status}, expected ${expected}`,
      });
    }
    if (next === 'bad') {
      return finish({
        phase: 'response',
        code: 'bad_redirect',
        detail: 'the redirect leads to no http or https URL',
      });
    }
    if (redirects >= target.maxRedirects) {
      const detail = `more than ${target.maxRedirects} redirects`;
      return finish({ phase: 'response', code: 'too_many_redirects', detail });
    }
    hop = next;
  }
}

/** The user's headers over ours; what would break the framing of the message is ours alone. */
function requestHeaders(probe: ProbeRequest, url: URL, userAgent: string): Record<string, string> {
  const headers: Record<string, string> = { 'user-agent': userAgent, accept: '*/*' };
  if (url.username !== '' || url.password !== '') {
    const userinfo = `${decodeURIComponent(url.username)}:${decodeURIComponent(url.password)}`;
    headers.authorization = `Basic ${Buffer.from(userinfo).toString('base64')}`;
  }
  for (const [name, value] of Object.entries(probe.headers)) headers[name.toLowerCase()] = value;
  delete headers['content-length'];
  delete headers['transfer-encoding'];
  delete headers.connection;
  if (probe.body !== null) headers['content-length'] = String(Buffer.byteLength(probe.body));
  return headers;
}
