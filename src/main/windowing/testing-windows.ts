import type { ProbeEvent } from '../../shared/domain/probe-event';
import type { WindowRow } from '../../shared/domain/window-row';
import type { Aggregator } from './aggregator';
import { createAggregator } from './create-aggregator';
import { eventOf, gapOf, SECOND_US, START_US } from './testing-events';

export const MINUTE_US = 60 * SECOND_US;
export const HOUR_US = 60 * MINUTE_US;

let seq = 0;

/** For tests: an event that was due so many seconds after `START_US`; its `seq` is higher than any before. */
export function at(seconds: number, fields: Partial<ProbeEvent> = {}): ProbeEvent {
  seq += 1;
  return eventOf({ timestamp: START_US + seconds * SECOND_US, seq, ...fields });
}

/** For tests: a `missed` row for `count` instants. */
export function gap(
  fromSeconds: number,
  count: number,
  stepSeconds = 1,
  fields: Partial<ProbeEvent> = {},
): ProbeEvent {
  seq += 1;
  const timestamp = START_US + fromSeconds * SECOND_US;
  const missed_until = timestamp + (count - 1) * stepSeconds * SECOND_US;
  return { ...gapOf({ timestamp, seq, missed_count: count, missed_until }), ...fields };
}

export function minutes(watermarkMs = 60_000): Aggregator {
  return createAggregator({ windowMs: 60_000, watermarkMs });
}

export function drain(aggregator: Aggregator): WindowRow[] {
  return aggregator.drainClosed(Number.POSITIVE_INFINITY);
}
