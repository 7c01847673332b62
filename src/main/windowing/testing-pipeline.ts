import type { ProbeEvent } from '../../shared/domain/probe-event';
import { type WindowRow, windowKeyOf } from '../../shared/domain/window-row';
import type { Aggregator, WindowLength } from './aggregator';
import { createAggregator, openFromOf } from './create-aggregator';
import { recomputeWindows } from './recompute';
import { eventOf, START_US, type Step, type Stream } from './testing-events';
import { naiveWindow } from './testing-naive';

/** For tests: what stands in the lake, and everything around one aggregator that is not the aggregator. */
export interface Pipeline {
  aggregator: Aggregator;
  watermarkMs: number;
  nowUs: number;
  lastSeq: Map<string, number>;
  raw: ProbeEvent[];
  metrics: Map<string, WindowRow>;
}

export function newPipeline({ windowMs, watermarkMs }: Stream): Pipeline {
  const aggregator = createAggregator({ windowMs, watermarkMs });
  return {
    aggregator,
    watermarkMs,
    nowUs: START_US,
    lastSeq: new Map(),
    raw: [],
    metrics: new Map(),
  };
}

/** What a process that stopped right now and started again would have: all of it read back from durable text. */
export function restarted(pipeline: Pipeline): Pipeline {
  const snapshot = JSON.parse(JSON.stringify(pipeline.aggregator.snapshot()));
  // In another order than they came in: it must not matter.
  const restoredRows = pipeline.raw
    .filter((row) => (row.missed_until ?? row.timestamp) >= openFromOf(snapshot))
    .reverse();
  const { watermarkMs } = pipeline;
  return {
    ...pipeline,
    aggregator: createAggregator({ windowMs: 60_000, watermarkMs, snapshot, restoredRows }),
    lastSeq: new Map(pipeline.lastSeq),
    raw: [...pipeline.raw],
    metrics: new Map(pipeline.metrics),
  };
}

/** Runs one step and returns everything that can be seen from outside afterwards, for comparison. */
export function run(pipeline: Pipeline, step: Step): unknown {
  const seen = perform(pipeline, step);
  const { aggregator } = pipeline;
  return {
    seen,
    changed: sorted(aggregator.takeChanged()),
    provisional: sorted(aggregator.provisional()),
    dirty: aggregator.dirty(),
    open: aggregator.openCount(),
    snapshot: aggregator.snapshot(),
  };
}

/** Runs one step and returns what it gave. */
export function perform(pipeline: Pipeline, step: Step): unknown {
  const { aggregator } = pipeline;
  switch (step.kind) {
    case 'event': {
      const event = eventOfStep(pipeline, step);
      const [, end] = naiveWindow(event.timestamp, aggregator.lengths);
      const shouldBeLate = aggregator.watermarkUs !== null && end <= aggregator.watermarkUs;
      const late = aggregator.ingest(event);
      if (late !== shouldBeLate) throw new Error(`late is ${late} of ${JSON.stringify(event)}`);
      pipeline.raw.push({ ...event, late });
      return late;
    }
    case 'wait':
      pipeline.nowUs += step.us;
      return null;
    case 'idle':
      aggregator.advanceIdle(pipeline.nowUs);
      return aggregator.watermarkUs;
    case 'drain': {
      const rows = aggregator.drainClosed(step.limit);
      for (const row of rows) pipeline.metrics.set(windowKeyOf(row), row);
      return rows;
    }
    case 'recompute': {
      const keys = aggregator.dirty(step.limit);
      const rows = recomputeWindows(pipeline.raw, keys, aggregator.lengths);
      for (const row of rows) pipeline.metrics.set(windowKeyOf(row), row);
      aggregator.clearDirty(keys);
      return rows;
    }
    case 'length':
      return aggregator.changeWindow(step.windowMs, pipeline.nowUs);
    case 'lateness':
      aggregator.setAllowedLateness(step.watermarkMs);
      pipeline.watermarkMs = step.watermarkMs;
      return null;
  }
}

function eventOfStep(pipeline: Pipeline, step: Extract<Step, { kind: 'event' }>): ProbeEvent {
  const event = eventOf({ ...step.fields, timestamp: pipeline.nowUs - step.agoUs });
  if (event.missed_until !== null) event.missed_until += event.timestamp;
  event.seq = (pipeline.lastSeq.get(event.probe_id) ?? 0) + 1;
  pipeline.lastSeq.set(event.probe_id, event.seq);
  return event;
}

/** Lets the watermark pass everything, and drains and recomputes until nothing is left. */
export function settle(pipeline: Pipeline): WindowRow[] {
  pipeline.nowUs = Math.max(pipeline.nowUs, START_US) + 30 * 86_400_000_000;
  perform(pipeline, { kind: 'idle' });
  perform(pipeline, { kind: 'drain', limit: Number.POSITIVE_INFINITY });
  perform(pipeline, { kind: 'recompute', limit: Number.POSITIVE_INFINITY });
  return sorted([...pipeline.metrics.values()]);
}

export function sorted(rows: readonly WindowRow[]): WindowRow[] {
  return [...rows].sort(
    (a, b) =>
      a.start_time - b.start_time ||
      a.target_id.localeCompare(b.target_id) ||
      a.probe_id.localeCompare(b.probe_id),
  );
}

/** Windows of any two entries never overlap: each length holds from an instant aligned to it and to the one before. */
export function areAligned(lengths: readonly WindowLength[]): boolean {
  return lengths.every(({ fromUs, windowMs }, index) => {
    const before = lengths[index - 1];
    if (before === undefined) return fromUs === 0;
    return (
      fromUs > before.fromUs && fromUs % (before.windowMs * 1000) === 0 && fromUs % (windowMs * 1000) === 0
    );
  });
}
