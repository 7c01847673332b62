import { Resolver } from 'node:dns/promises';
import { isIP } from 'node:net';
import { networkInterfaces } from 'node:os';
import type { ProbeResult } from '../../shared/domain/probe-event';
import type { Clock } from '../platform/clock';

/** A success this recent of any other host shows that our own network works, ms. */
const SUCCESS_COUNTS_MS = 5000;
const ASK_TIMEOUT_MS = 1000;
/** An answer about the resolver holds for so long: a thousand failing probes ask once. */
const ANSWER_HOLDS_MS = 1000;

/** What the machine can tell about its own network. Injected, so that tests can take it away. */
export interface HostNetwork {
  /** Whether an interface other than loopback has an address. */
  hasRoute(): boolean;
  /** Whether any of the system's resolvers answers anything at all. */
  resolverAnswers(): Promise<boolean>;
}

export interface NetworkEvidence {
  /** Takes note of every attempt that reached a target. */
  note(result: ProbeResult, host: string): void;
  /** Whether a failed attempt tells about the target (`down`) or only about our own network (`unknown`). */
  isOurs(result: ProbeResult, host: string): boolean | Promise<boolean>;
}

export function isLoopback(host: string): boolean {
  return (
    host === 'localhost' ||
    host.endsWith('.localhost') ||
    host === '::1' ||
    host === '[::1]' ||
    /^127\./.test(host)
  );
}

/**
 * Decides, once and when a failure is recorded, whether nothing was learned. A DNS or connect failure or a timeout is ours when
 * the machine has no route out, or when nobody else answered in the last seconds and the resolver is silent as well.
 */
export function createNetworkEvidence(clock: Clock, network: HostNetwork = systemNetwork): NetworkEvidence {
  const lastSuccessMs = new Map<string, number>();
  let asked: { atMs: number; answer: Promise<boolean> } | null = null;

  const resolverAnswers = (): Promise<boolean> => {
    const nowMs = clock.monotonicMs();
    if (asked === null || nowMs - asked.atMs > ANSWER_HOLDS_MS)
      asked = { atMs: nowMs, answer: network.resolverAnswers() };
    return asked.answer;
  };

  return {
    note(result, host) {
      const reached =
        result.status_code !== null || result.failure_phase === 'tls' || result.failure_phase === 'response';
      if (reached && !isLoopback(host)) lastSuccessMs.set(host, clock.monotonicMs());
    },
    isOurs(result, host) {
      const phase = result.failure_phase;
      if (result.outcome !== 'down' || (phase !== 'dns' && phase !== 'connect' && phase !== 'timeout'))
        return false;
      if (isLoopback(host)) return false;
      if (!network.hasRoute()) return true;
      const sinceMs = clock.monotonicMs() - SUCCESS_COUNTS_MS;
      for (const [other, atMs] of lastSuccessMs) if (other !== host && atMs >= sinceMs) return false;
      return resolverAnswers().then((answers) => !answers);
    },
  };
}

const systemNetwork: HostNetwork = {
  hasRoute: () =>
    Object.values(networkInterfaces()).some((addresses) =>
      (addresses ?? []).some(
        ({ internal, address }) => !internal && isIP(address) !== 0 && !address.startsWith('fe80'),
      ),
    ),
  async resolverAnswers() {
    const resolver = new Resolver({ timeout: ASK_TIMEOUT_MS, tries: 1 });
    try {
      await resolver.resolveNs('.');
      return true;
    } catch (error) {
      // An answer that says no is an answer: only silence and refusal of the connection are not.
      const code = error instanceof Error && 'code' in error ? error.code : '';
      return code !== 'ETIMEOUT' && code !== 'ECONNREFUSED' && code !== 'ECANCELLED';
    }
  },
};
