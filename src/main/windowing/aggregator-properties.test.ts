import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ProbeEvent } from '../../shared/domain/probe-event';
import { type WindowRow, windowKeyOf } from '../../shared/domain/window-row';
import { recomputeAll } from './recompute';
import { SECOND_US, type Step, type Stream } from './testing-events';
import { naiveWindows } from './testing-naive';
import {
  areAligned,
  newPipeline,
  type Pipeline,
  perform,
  restarted,
  run,
  settle,
  sorted,
} from './testing-pipeline';

const refused = { failure_phase: 'connect', latency_ms: null, status_code: null } as const;
const latencyMs = fc.oneof(
  fc.integer({ min: 0, max: 3000 }).map((n) => n / 100),
  fc.integer({ min: 0, max: 6_000_000 }).map((n) => n / 100),
  fc.constantFrom(0, 0.01, 1, 2, 1024),
);
const verdict: fc.Arbitrary<Partial<ProbeEvent>> = fc.oneof(
  { weight: 4, arbitrary: latencyMs.map((latency_ms) => ({ latency_ms })) },
  latencyMs.map((latency_ms) => ({ outcome: 'degraded' as const, latency_ms })),
  latencyMs.map((latency_ms) => ({
    outcome: 'down' as const,
    failure_phase: 'assertion' as const,
    latency_ms,
  })),
  latencyMs.map((latency_ms) => ({
    outcome: 'down' as const,
    failure_phase: 'timeout' as const,
    latency_ms,
  })),
  fc.constantFrom(
    { outcome: 'down' as const, ...refused },
    { outcome: 'unknown' as const, ...refused },
    { outcome: 'unknown' as const, failure_phase: 'timeout' as const, latency_ms: null },
  ),
);
const series = fc.record({
  target_id: fc.constantFrom('a', 'b'),
  probe_id: fc.constantFrom('p-00000001', 'p-00000002'),
  url: fc.constantFrom('http://one.example/', 'http://two.example/'),
});
const attempt = fc.constantFrom(
  ...[1, 1, 1, 2].map((number) => ({ attempt: number, is_final_attempt: true })),
  { attempt: 1, is_final_attempt: false },
);
/** Mostly about now, sometimes minutes, hours or days late, sometimes ahead. */
const ago = fc.oneof(
  { weight: 4, arbitrary: fc.integer({ min: 0, max: 5 * SECOND_US }) },
  { weight: 3, arbitrary: fc.constantFrom(0, SECOND_US) },
  { weight: 3, arbitrary: fc.integer({ min: -60, max: 600 }).map((seconds) => seconds * SECOND_US) },
  fc.integer({ min: 0, max: 3 * 86_400 }).map((seconds) => seconds * SECOND_US),
);
const probe: fc.Arbitrary<Step> = fc
  .record({ agoUs: ago, series, verdict, attempt })
  .map(({ agoUs, ...rest }) => ({
    kind: 'event',
    agoUs,
    fields: { ...rest.series, ...rest.verdict, ...rest.attempt },
  }));
/** From one due instant to hundreds of them, over milliseconds or days; `missed_until` is relative like `agoUs`. */
const gap: fc.Arbitrary<Step> = fc
  .record({
    endsAgoUs: ago,
    series,
    missed_count: fc.oneof(fc.integer({ min: 1, max: 4 }), fc.integer({ min: 2, max: 400 })),
    stepUs: fc.oneof(
      fc.constantFrom(200_000, SECOND_US, 7_333_333, 60 * SECOND_US, 600 * SECOND_US),
      fc.integer({ min: 0, max: 30 * SECOND_US }),
    ),
    raggedUs: fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 3 * SECOND_US })),
  })
  .map(({ endsAgoUs, series, missed_count, stepUs, raggedUs }) => {
    const lengthUs = missed_count === 1 ? 0 : stepUs * (missed_count - 1) + raggedUs;
    return {
      kind: 'event',
      agoUs: endsAgoUs + lengthUs,
      fields: gapFields(series, missed_count, lengthUs),
    };
  });

/** `missed_until` holds the length of the gap until the step is run. */
function gapFields(
  series: Pick<ProbeEvent, 'target_id' | 'probe_id' | 'url'>,
  missed_count: number,
  missed_until: number,
): Partial<ProbeEvent> {
  return { ...series, outcome: 'missed', status_code: null, latency_ms: null, missed_count, missed_until };
}

const limit = fc.constantFrom(1, 2, 7, 50, 1_000_000);
const windowLengths = [5_000, 12_000, 60_000, 300_000, 3_600_000];
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 10, arbitrary: probe },
  { weight: 3, arbitrary: gap },
  {
    weight: 4,
    arbitrary: fc
      .oneof(
        fc.integer({ min: 0, max: 90 }),
        fc.integer({ min: -600, max: 7200 }),
        fc.constantFrom(86_400, 3 * 86_400),
      )
      .map((seconds): Step => ({ kind: 'wait', us: seconds * SECOND_US })),
  },
  { weight: 2, arbitrary: fc.constant<Step>({ kind: 'idle' }) },
  { weight: 4, arbitrary: limit.map((limit): Step => ({ kind: 'drain', limit })) },
  { weight: 2, arbitrary: limit.map((limit): Step => ({ kind: 'recompute', limit })) },
  {
    weight: 1,
    arbitrary: fc.constantFrom(...windowLengths).map((windowMs): Step => ({ kind: 'length', windowMs })),
  },
  {
    weight: 1,
    arbitrary: fc
      .constantFrom(1_000, 10_000, 60_000, 3_600_000)
      .map((watermarkMs): Step => ({ kind: 'lateness', watermarkMs })),
  },
);

const streams = (maxLength: number) =>
  fc.record({
    windowMs: fc.constantFrom(...windowLengths),
    watermarkMs: fc.constantFrom(1_000, 60_000, 600_000),
    steps: fc.array(step, { maxLength, size: 'max' }),
  });

/** The same streams in every run: what fails once fails again. */
const SEED = 20_260_115;

function runAll(stream: Stream, pipeline: Pipeline = newPipeline(stream), from = 0): unknown[] {
  return stream.steps.slice(from).map((step) => run(pipeline, step));
}

describe('an aggregator, whatever comes in whatever order', () => {
  it('ends with windows that equal a recomputation from scratch, and one that enumerates every instant', () => {
    fc.assert(
      fc.property(streams(120), (stream) => {
        const pipeline = newPipeline(stream);
        for (const step of stream.steps) perform(pipeline, step);
        const known = settle(pipeline);
        const { lengths } = pipeline.aggregator;
        expect(known).toEqual(sorted(naiveWindows(pipeline.raw, lengths)));
        expect(sorted(recomputeAll(pipeline.raw, lengths))).toEqual(known);
        expect(areAligned(lengths)).toBe(true);
        expect(pipeline.aggregator.provisional()).toEqual([]);
      }),
      { seed: SEED, numRuns: 120 },
    );
  });

  it('drains no window twice, oldest first, whatever the limit', () => {
    fc.assert(
      fc.property(streams(60), fc.integer({ min: 1, max: 9 }), (stream, limit) => {
        const pipeline = newPipeline(stream);
        const reference = newPipeline(stream);
        stream.steps = stream.steps.filter(({ kind }) => kind !== 'drain' && kind !== 'recompute');
        runAll(stream, pipeline);
        runAll(stream, reference);
        const drain = (from: Pipeline, rows: number) =>
          run(from, { kind: 'drain', limit: rows }) as { seen: WindowRow[] };
        const all = drain(reference, Number.POSITIVE_INFINITY).seen;
        const piecemeal: WindowRow[] = [];
        for (let part = drain(pipeline, limit); part.seen.length > 0; part = drain(pipeline, limit)) {
          expect(part.seen.length).toBeLessThanOrEqual(limit);
          piecemeal.push(...part.seen);
        }
        expect(piecemeal).toEqual(all);
        expect(new Set(all.map(windowKeyOf)).size).toBe(all.length);
        expect(all.map((row) => row.end_time)).toEqual(all.map((row) => row.end_time).sort((a, b) => a - b));
        expect(pipeline.aggregator.snapshot()).toEqual(reference.aggregator.snapshot());
      }),
      { seed: SEED, numRuns: 60 },
    );
  });

  it('goes on after a restart at any step as if it had never stopped', () => {
    fc.assert(
      fc.property(streams(24), (stream) => {
        const expected = runAll(stream);
        const pipeline = newPipeline(stream);
        for (let cut = 0; cut < stream.steps.length; cut += 1) {
          expect(runAll(stream, restarted(pipeline), cut)).toEqual(expected.slice(cut));
          run(pipeline, stream.steps[cut]!);
        }
      }),
      { seed: SEED, numRuns: 40 },
    );
  });

  it('goes on after a restart at every step as if it had never stopped', () => {
    fc.assert(
      fc.property(streams(80), (stream) => {
        const running = newPipeline(stream);
        let restarting = newPipeline(stream);
        for (const step of stream.steps) {
          restarting = restarted(restarting);
          expect(run(restarting, step)).toEqual(run(running, step));
        }
        expect(settle(restarted(restarting))).toEqual(settle(running));
      }),
      { seed: SEED, numRuns: 40 },
    );
  });
});
