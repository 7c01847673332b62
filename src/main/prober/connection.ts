import { connect as connectTcp, isIP, type LookupFunction, type Socket } from 'node:net';
import { connect as connectTls, type SecureContext } from 'node:tls';
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
  const socket = secure
    ? connectTls({
        ...address,
        secureContext,
        ALPNProtocols: ['http/1.1'],
        // A name may end in a dot, but not in a handshake (RFC 6066, 3).
        ...(isLiteral ? {} : { servername: host.replace(/\.$/, '') }),
      })
    : connectTcp(address);
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
