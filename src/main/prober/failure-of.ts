import type { FailureCode } from '../../shared/domain/outcome';
import type { Failure } from './attempt-result';

/** How far an exchange had come when it failed. */
export type Progress = 'dns' | 'connect' | 'tls' | 'response' | 'body';

const TLS_CODES: Record<string, [FailureCode, string]> = {
  CERT_HAS_EXPIRED: ['cert_expired', 'the certificate has expired'],
  CERT_NOT_YET_VALID: ['cert_not_yet_valid', 'the certificate is not valid yet'],
  ERR_TLS_CERT_ALTNAME_INVALID: ['cert_wrong_host', 'the certificate is for another host'],
  DEPTH_ZERO_SELF_SIGNED_CERT: ['cert_self_signed', 'the certificate is self-signed'],
  SELF_SIGNED_CERT_IN_CHAIN: ['cert_unknown_issuer', 'the certificate comes from an unknown authority'],
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: ['cert_unknown_issuer', 'the certificate comes from an unknown authority'],
  UNABLE_TO_GET_ISSUER_CERT: ['cert_unknown_issuer', 'the certificate comes from an unknown authority'],
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: [
    'cert_unknown_issuer',
    'the certificate comes from an unknown authority',
  ],
};

const CONNECT_CODES: Record<string, [FailureCode, string]> = {
  ECONNREFUSED: ['connection_refused', 'the connection was refused'],
  EHOSTUNREACH: ['host_unreachable', 'the host cannot be reached'],
  EHOSTDOWN: ['host_unreachable', 'the host cannot be reached'],
  ENETUNREACH: ['network_unreachable', 'the network cannot be reached'],
};

const TIMEOUT_CODES: Record<Progress, [FailureCode, string]> = {
  dns: ['timeout_dns', 'no answer to the name look-up in time'],
  connect: ['timeout_connect', 'no connection in time'],
  tls: ['timeout_tls', 'no TLS handshake in time'],
  response: ['timeout_response', 'no answer in time'],
  body: ['timeout_body', 'the answer did not end in time'],
};

export function timeoutFailure(progress: Progress): Failure {
  const [code, detail] = TIMEOUT_CODES[progress];
  return { phase: 'timeout', code, detail };
}

/**
 * The failure behind an error of the exchange, by how far it had come and the system's code, never by its text.
 * @param bytesRead of the connection: tells a server that hung up at once from one that broke off
 */
export function failureOf(error: unknown, progress: Progress, bytesRead: number): Failure {
  const { code, syscall } = systemError(error);
  switch (progress) {
    case 'dns':
      if (code === 'ENOTFOUND')
        return { phase: 'dns', code: 'name_not_found', detail: 'the name does not exist' };
      return { phase: 'dns', code: 'dns_failed', detail: 'the name look-up failed' };
    case 'connect': {
      const known = CONNECT_CODES[code];
      if (known !== undefined) return { phase: 'connect', code: known[0], detail: known[1] };
      return {
        phase: 'connect',
        code: 'connect_failed',
        detail: `the connection failed (${code || 'unknown'})`,
      };
    }
    case 'tls': {
      const known = TLS_CODES[code];
      if (known !== undefined) return { phase: 'tls', code: known[0], detail: known[1] };
      return { phase: 'tls', code: 'tls_failed', detail: `the TLS handshake failed (${code || 'unknown'})` };
    }
    case 'response':
      if (code === 'HPE_HEADER_OVERFLOW') {
        return {
          phase: 'response',
          code: 'headers_too_large',
          detail: 'the headers of the answer are too large',
        };
      }
      if (code.startsWith('HPE_')) {
        return { phase: 'response', code: 'malformed_response', detail: 'the answer is not HTTP' };
      }
      // A clean end of the stream has no system call behind it; a reset was read from the socket.
      if (syscall === '' && bytesRead === 0) {
        return { phase: 'response', code: 'empty_response', detail: 'the server hung up without an answer' };
      }
      return {
        phase: 'response',
        code: 'connection_reset',
        detail: 'the connection was reset before the answer',
      };
    case 'body':
      if (code.startsWith('HPE_')) {
        return {
          phase: 'response',
          code: 'malformed_response',
          detail: 'the body of the answer is not HTTP',
        };
      }
      return { phase: 'response', code: 'body_cut', detail: 'the answer broke off before its end' };
  }
}

/** With several addresses tried, Node reports an AggregateError: the first address speaks for all. */
function systemError(error: unknown): { code: string; syscall: string } {
  if (typeof error !== 'object' || error === null) return { code: '', syscall: '' };
  if ('errors' in error && Array.isArray(error.errors) && error.errors.length > 0)
    return systemError(error.errors[0]);
  return {
    code: 'code' in error && typeof error.code === 'string' ? error.code : '',
    syscall: 'syscall' in error && typeof error.syscall === 'string' ? error.syscall : '',
  };
}
