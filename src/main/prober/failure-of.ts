import type { FailureCode } from '../../shared/domain/outcome';
import type { Failure } from './attempt-result';

/** How far an exchange had come when it failed. */
export type Progress = 'dns' | 'connect' | 'tls' | 'response' | 'body';

/** This machine could not even try: nothing was learned of the target. */
export class OwnFault extends Error {
  override readonly name = 'OwnFault';
}

type Verdict = [FailureCode, string];

/** File descriptors or memory are used up. */
const OWN_CODES = new Set(['EMFILE', 'ENFILE', 'ENOBUFS', 'ENOMEM']);

const UNKNOWN_ISSUER: Verdict = ['cert_unknown_issuer', 'the certificate comes from an unknown authority'];

const TLS_CODES: Record<string, Verdict> = {
  CERT_HAS_EXPIRED: ['cert_expired', 'the certificate has expired'],
  CERT_NOT_YET_VALID: ['cert_not_yet_valid', 'the certificate is not valid yet'],
  ERR_TLS_CERT_ALTNAME_INVALID: ['cert_wrong_host', 'the certificate is for another host'],
  DEPTH_ZERO_SELF_SIGNED_CERT: ['cert_self_signed', 'the certificate is self-signed'],
  SELF_SIGNED_CERT_IN_CHAIN: UNKNOWN_ISSUER,
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: UNKNOWN_ISSUER,
  UNABLE_TO_GET_ISSUER_CERT: UNKNOWN_ISSUER,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: UNKNOWN_ISSUER,
};

/** The most telling first: a refusal comes from the host itself, an unreachable network from our own machine. */
const CONNECT_CODES: Record<string, Verdict> = {
  ECONNREFUSED: ['connection_refused', 'the connection was refused'],
  EHOSTUNREACH: ['host_unreachable', 'the host cannot be reached'],
  EHOSTDOWN: ['host_unreachable', 'the host cannot be reached'],
  ENETUNREACH: ['network_unreachable', 'the network cannot be reached'],
};

const TIMEOUTS: Record<Progress, Verdict> = {
  dns: ['timeout_dns', 'no answer to the name look-up in time'],
  connect: ['timeout_connect', 'no connection in time'],
  tls: ['timeout_tls', 'no TLS handshake in time'],
  response: ['timeout_response', 'no answer in time'],
  body: ['timeout_body', 'the answer did not end in time'],
};

export function timeoutFailure(progress: Progress): Failure {
  const [code, detail] = TIMEOUTS[progress];
  return { phase: 'timeout', code, detail };
}

/**
 * The failure behind an error of the exchange, by how far it had come and the system's code, never by its text.
 * @param bytesRead of the connection: tells a server that hung up at once from one that broke off
 */
export function failureOf(error: unknown, progress: Progress, bytesRead: number): Failure | OwnFault {
  const { code, syscall } = systemError(error);
  if (OWN_CODES.has(code)) return new OwnFault(`this machine has no room for one more connection (${code})`);
  const phase = phaseOf(progress, code);
  const [failureCode, detail] = verdictOf(progress, phase, code, syscall === '' && bytesRead === 0);
  return { phase, code: failureCode, detail };
}

function phaseOf(progress: Progress, code: string): 'dns' | 'connect' | 'tls' | 'response' {
  // A server that wants a certificate of ours says so after the handshake (TLS 1.3).
  if (progress === 'response' && code.startsWith('ERR_SSL_')) return 'tls';
  return progress === 'body' ? 'response' : progress;
}

function verdictOf(
  progress: Progress,
  phase: ReturnType<typeof phaseOf>,
  code: string,
  hungUpSilently: boolean,
): Verdict {
  const named = code === '' ? 'unknown' : code;
  if (phase === 'dns') {
    return code === 'ENOTFOUND'
      ? ['name_not_found', 'the name does not exist']
      : ['dns_failed', `the name look-up failed (${named})`];
  }
  if (phase === 'connect')
    return CONNECT_CODES[code] ?? ['connect_failed', `the connection failed (${named})`];
  if (phase === 'tls') return TLS_CODES[code] ?? ['tls_failed', `the TLS handshake failed (${named})`];
  if (code === 'HPE_HEADER_OVERFLOW') return ['headers_too_large', 'the headers of the answer are too large'];
  if (progress === 'body') {
    return code.startsWith('HPE_') && code !== 'HPE_INVALID_EOF_STATE'
      ? ['malformed_response', 'the body of the answer is not HTTP']
      : ['body_cut', 'the answer broke off before its end'];
  }
  if (code.startsWith('HPE_')) return ['malformed_response', 'the answer is not HTTP'];
  // A clean end of the stream has no system call behind it; a reset was read from the socket.
  if (hungUpSilently) return ['empty_response', 'the server hung up without an answer'];
  return ['connection_reset', 'the connection broke off before the answer'];
}

/** When several addresses were tried, Node reports all their errors: the one that tells most of the host speaks. */
function systemError(error: unknown): { code: string; syscall: string } {
  if (typeof error !== 'object' || error === null) return { code: '', syscall: '' };
  if ('errors' in error && Array.isArray(error.errors) && error.errors.length > 0) {
    const all = error.errors.map(systemError);
    for (const telling of Object.keys(CONNECT_CODES)) {
      const found = all.find(({ code }) => code === telling);
      if (found !== undefined) return found;
    }
    return all[0] as { code: string; syscall: string };
  }
  return {
    code: 'code' in error && typeof error.code === 'string' ? error.code : '',
    syscall: 'syscall' in error && typeof error.syscall === 'string' ? error.syscall : '',
  };
}
