import {
  connect as connectTcp,
  isIP,
  type LookupFunction,
  type Socket,
  type TcpNetConnectOpts,
} from 'node:net';
import { connect as connectTls, type SecureContext, type TLSSocket } from 'node:tls';
import type { Progress } from './failure-of';
import type { PhaseTimer } from './phase-timer';

/**
 * Where a name has several addresses, the next is tried after so long. Node's own 250 ms gives the first one up before its
 * second packet: on a lossy or distant path a good host would be down.
 */
const NEXT_ADDRESS_MS = 1500;

export interface Endpoint {
  host: string;
  port: number;
  secure: boolean;
  /** Whether `host` is an address: then there is no look-up, and no name to show in the TLS handshake. */
  isLiteral: boolean;
}

export interface ConnectContext {
  monotonicMs(): number;
  /** One TLS context for all probes of a worker: making one costs milliseconds. */
  secureContext: SecureContext;
  lookup: LookupFunction;
}

export function endpointOf(url: URL): Endpoint {
  const secure = url.protocol === 'https:';
  const host = url.hostname.startsWith('[') ? url.hostname.slice(1, -1) : url.hostname;
  const port = url.port === '' ? (secure ? 443 : 80) : Number(url.port);
  return { host, port, secure, isLiteral: isIP(host) !== 0 };
}

/**
 * A fresh connection, each step of it marked on the timer as it ends. No TLS session is taken up again, so every probe pays
 * for a whole handshake.
 * @param onStep gets what is under way from now on
 */
export function openConnection(
  { host, port, secure, isLiteral }: Endpoint,
  { monotonicMs, secureContext, lookup }: ConnectContext,
  timer: PhaseTimer,
  onStep: (progress: Progress) => void,
): Socket {
  const address = { host, port, lookup, autoSelectFamilyAttemptTimeout: NEXT_ADDRESS_MS };
  const socket = secure ? openTls(address, secureContext, isLiteral) : connectTcp(address);
  if (!isLiteral) {
    // Comes once per address, and with an error when the name has none.
    socket.once('lookup', (error: Error | null) => {
      if (error) return;
      timer.mark('dns', monotonicMs());
      onStep('connect');
    });
  }
  socket.once('connect', () => {
    timer.mark('connect', monotonicMs());
    onStep(secure ? 'tls' : 'response');
  });
  if (secure) {
    socket.once('secureConnect', () => {
      timer.mark('tls', monotonicMs());
      onStep('response');
    });
  }
  return socket;
}

function openTls(
  address: TcpNetConnectOpts & { host: string },
  secureContext: SecureContext,
  isLiteral: boolean,
) {
  const { host } = address;
  // A name may end in a dot, but not in a handshake (RFC 6066, 3).
  const name = isLiteral ? host : host.replace(/\.$/, '');
  const socket: TLSSocket = connectTls({
    ...address,
    secureContext,
    ALPNProtocols: ['http/1.1'],
    ...(isLiteral ? {} : { servername: name }),
    checkServerIdentity: () => identityError(socket, name, isLiteral),
  });
  // Node would make objects of the whole chain for the check above, which does not need them: a third of a probe's cost.
  return Object.assign(socket, { getPeerCertificate: () => ({}) });
}

/** Whether the certificate is for the host (RFC 6125), as OpenSSL sees it. */
function identityError(socket: TLSSocket, name: string, isLiteral: boolean): Error | undefined {
  const certificate = socket.getPeerX509Certificate();
  const matched = isLiteral
    ? certificate?.checkIP(name)
    : certificate?.checkHost(name, { partialWildcards: false });
  if (matched !== undefined) return undefined;
  return Object.assign(new Error('the certificate is for another host'), {
    code: 'ERR_TLS_CERT_ALTNAME_INVALID',
  });
}
