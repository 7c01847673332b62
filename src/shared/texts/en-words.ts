import type { TargetState } from '../contract/questions';
import type { FailureCode } from '../domain/outcome';

/** The words of the states and of the failures: the same in the interface, in the terminal and on the command line. */
export const enWords = {
  states: {
    up: 'up',
    degraded: 'degraded',
    down: 'down',
    unknown: 'unknown',
    missed: 'not measured',
    noData: 'no data',
    paused: 'paused',
  } satisfies Record<TargetState['state'], string>,

  /** Why an attempt failed, or a due instant was not run, in words that fit beside a number. */
  failures: {
    name_not_found: 'the name does not exist',
    dns_failed: 'the name could not be resolved',
    connection_refused: 'connection refused',
    host_unreachable: 'host unreachable',
    network_unreachable: 'network unreachable',
    connect_failed: 'no connection',
    cert_expired: 'certificate expired',
    cert_not_yet_valid: 'certificate not valid yet',
    cert_wrong_host: 'certificate is for another host',
    cert_unknown_issuer: 'certificate issuer unknown',
    cert_self_signed: 'self-signed certificate',
    tls_failed: 'secure connection failed',
    connection_reset: 'connection reset',
    empty_response: 'closed without an answer',
    body_cut: 'answer cut short',
    malformed_response: 'answer is not HTTP',
    headers_too_large: 'headers too large',
    too_many_redirects: 'too many redirects',
    bad_redirect: 'redirect leads nowhere',
    unexpected_status: 'unexpected status',
    timeout_dns: 'no answer from DNS in time',
    timeout_connect: 'no connection in time',
    timeout_tls: 'no secure connection in time',
    timeout_response: 'no answer in time',
    timeout_body: 'answer not complete in time',
    overrun: 'the probe before was still running',
    asleep: 'this computer was asleep',
    closed: 'UpTimer was not running',
    worker_crashed: 'the prober had to be restarted',
    not_recorded: 'could not be recorded',
    secret_missing: 'a secret of the target is not set',
  } satisfies Record<FailureCode, string>,
};

export type Words = typeof enWords;
