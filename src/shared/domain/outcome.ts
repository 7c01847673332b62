/** The five honest states of a probe. Order is the order of attention: worst first. */
export const OUTCOMES = ['down', 'degraded', 'unknown', 'missed', 'up'] as const;
export type Outcome = (typeof OUTCOMES)[number];

/** Which step of an attempt failed. `timeout` names the whole attempt; its code tells the step it hung in. */
export const FAILURE_PHASES = ['dns', 'connect', 'tls', 'response', 'assertion', 'timeout'] as const;
export type FailurePhase = (typeof FAILURE_PHASES)[number];

export const FAILURE_CODES = [
  // dns
  'name_not_found',
  'dns_failed',
  // connect
  'connection_refused',
  'host_unreachable',
  'network_unreachable',
  'connect_failed',
  // tls
  'cert_expired',
  'cert_not_yet_valid',
  'cert_wrong_host',
  'cert_unknown_issuer',
  'cert_self_signed',
  'tls_failed',
  // response
  'connection_reset',
  'empty_response',
  'body_cut',
  'malformed_response',
  'headers_too_large',
  'too_many_redirects',
  'bad_redirect',
  // assertion
  'unexpected_status',
  // timeout
  'timeout_dns',
  'timeout_connect',
  'timeout_tls',
  'timeout_response',
  'timeout_body',
  // why a due instant was not run
  'overrun',
  'asleep',
  'closed',
  'worker_crashed',
  'not_recorded',
  'secret_missing',
] as const;
export type FailureCode = (typeof FAILURE_CODES)[number];
