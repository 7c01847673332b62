import { encodeRecord } from '../../src/main/event-log/kafka/probe-event-record';
import { createNoise, syntheticResult } from './synthetic-events';

const SECOND_US = 1_000_000;
/** 1 January 2026, 06:00 UTC: no run reaches midnight. */
const START_US = 1_767_247_200 * SECOND_US;
/** How many different probes of one target there are before they come again with other instants and numbers. */
const VARIANTS = 20;
const STARTED_LATER_US = 700;

/** What of a value stays the same when only its instants and its number change. */
interface Template {
  key: string;
  between: string;
  after: string;
}

/**
 * The values that a prober of `targets` targets at 1 Hz would ship, at a fraction of the work: encoded once, then only
 * instants and numbers are put in.
 */
export function createTopicValues(targets: number) {
  const noise = createNoise(7);
  const templates: Template[][] = Array.from({ length: targets }, (_, target) =>
    Array.from({ length: VARIANTS }, () => templateOf(target, noise)),
  );
  return {
    keyOf: (target: number): string => templates[target]?.[0]?.key ?? '',
    valueOf(target: number, second: number): string {
      const template = templates[target]?.[second % VARIANTS] as Template;
      const timestamp = START_US + second * SECOND_US + target;
      const seq = second * targets + target + 1;
      return `{"v":1,"timestamp":${timestamp},"started_at":${timestamp + STARTED_LATER_US}${template.between}${seq}${template.after}`;
    },
  };
}

function templateOf(target: number, noise: () => number): Template {
  const event = {
    ...syntheticResult(target, START_US, noise),
    probe_id: 'bench-00000001',
    seq: 0,
    late: false,
  };
  const { key, value } = encodeRecord(event);
  const between = value.indexOf(',"target_id"');
  const seq = value.indexOf('"seq":') + '"seq":'.length;
  return { key, between: value.slice(between, seq), after: value.slice(seq + 1) };
}
