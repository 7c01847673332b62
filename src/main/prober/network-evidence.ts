import type { ProbeResult } from '../../shared/domain/probe-event';
import type { Clock } from '../platform/clock';
import { type HostNetwork, isLoopback } from './host-network';

/** A success this recent of any other host shows that our own network works, ms. */
const SUCCESS_COUNTS_MS = 5000;
/** An answer about the machine's own network holds for so long: a thousand failing probes ask once. */
const ANSWER_HOLDS_MS = 1000;

export interface NetworkEvidence {
  /** Takes note of every attempt that reached a target. */
  note(result: ProbeResult, host: string): void;
  /** Whether a failed attempt tells about the target (false) or only about our own network (true). */
  isOurs(result: ProbeResult, host: string): boolean | Promise<boolean>;
}

/**
 * Decides, once and when a failure is recorded, whether nothing was learned. A DNS or connect failure or a timeout is ours when
 * the machine has no route out, or when nobody else answered in the last seconds and the resolver is silent as well.
 */
export function createNetworkEvidence(clock: Clock, network: HostNetwork): NetworkEvidence {
  const lastSuccessMs = new Map<string, number>();
  const held = <T>(ask: () => T): (() => T) => {
    let last: { atMs: number; answer: T } | null = null;
    return () => {
      const nowMs = clock.monotonicMs();
      if (last === null || nowMs - last.atMs > ANSWER_HOLDS_MS) last = { atMs: nowMs, answer: ask() };
      return last.answer;
    };
  };
  const hasRoute = held(() => network.hasRoute());
  const resolverAnswers = held(() => network.resolverAnswers());

  return {
    note(result, host) {
      const { status_code, failure_phase } = result;
      const reached = status_code !== null || failure_phase === 'tls' || failure_phase === 'response';
      if (reached && !isLoopback(host)) lastSuccessMs.set(host, clock.monotonicMs());
    },
    isOurs({ outcome, failure_phase }, host) {
      if (outcome !== 'down') return false;
      if (failure_phase !== 'dns' && failure_phase !== 'connect' && failure_phase !== 'timeout') return false;
      if (isLoopback(host)) return false;
      if (!hasRoute()) return true;
      const sinceMs = clock.monotonicMs() - SUCCESS_COUNTS_MS;
      for (const [other, atMs] of lastSuccessMs) {
        if (atMs < sinceMs) lastSuccessMs.delete(other);
        else if (other !== host) return false;
      }
      // Without evidence either way it is the target's failure.
      return resolverAnswers().then(
        (answers) => !answers,
        () => false,
      );
    },
  };
}
