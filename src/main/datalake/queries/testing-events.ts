import type { ProbeEvent } from '../../../shared/domain/probe-event';
import { eventOf } from '../lake-fixtures';

/** For tests: a generator of numbers in [0, 1) that gives the same ones for the same seed (mulberry32). */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

const SECOND_US = 1_000_000;

type Change = Partial<ProbeEvent>;
const missed: Change = { outcome: 'missed', latency_ms: null, status_code: null, failure_code: 'asleep' };
const hung: Change = { failure_phase: 'timeout', failure_code: 'timeout_response', status_code: null };
const refused: Change = {
  failure_phase: 'connect',
  failure_code: 'connection_refused',
  status_code: null,
  latency_ms: null,
};
const wrong: Change = {
  outcome: 'down',
  failure_phase: 'assertion',
  failure_code: 'unexpected_status',
  status_code: 500,
};

/**
 * For tests: what two probers measured of the targets `a` and `b` each second: every outcome, retries, timeouts, late
 * rows, single misses and long gaps. `seq` ascends for each prober.
 */
export function randomEvents(random: () => number, fromUs: number, seconds: number): ProbeEvent[] {
  const events: ProbeEvent[] = [];
  for (const probe_id of ['host-00000001', 'host-00000002']) {
    let seq = 0;
    for (const target_id of ['a', 'b']) {
      const phaseUs = Math.floor(random() * SECOND_US);
      for (let second = 0; second < seconds; second += 1) {
        const timestamp = fromUs + second * SECOND_US + phaseUs;
        const add = (change: Change) => {
          seq += 1;
          const late = random() < 0.02;
          events.push(
            eventOf(seq, { timestamp, started_at: timestamp, target_id, probe_id, late, ...change }),
          );
        };
        const failed = random() < 0.3 ? 'unknown' : 'down';
        const dice = random();
        if (dice < 0.01) {
          const count = 1 + Math.floor(random() * (random() < 0.5 ? 1 : 400));
          // No whole µs between the instants.
          const slackUs = count === 1 ? 0 : Math.floor(random() * 1000);
          add({
            ...missed,
            missed_count: count,
            missed_until: timestamp + (count - 1) * SECOND_US + slackUs,
          });
          second += count - 1;
        } else if (dice < 0.06) {
          add({ ...hung, outcome: failed, latency_ms: random() < 0.5 ? null : 10_000 });
        } else if (dice < 0.1) {
          add({ ...refused, outcome: failed });
        } else if (dice < 0.14) {
          add({ ...wrong, is_final_attempt: false, latency_ms: randomLatency(random) });
          add({ ...wrong, attempt: 2, latency_ms: randomLatency(random) });
        } else {
          add({ outcome: dice < 0.2 ? 'degraded' : 'up', latency_ms: randomLatency(random) });
        }
      }
    }
  }
  return events;
}

function randomLatency(random: () => number): number {
  return Math.round(500 * 400 ** random()) / 100;
}
