import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { recomputeAll } from './recompute';
import { naiveWindows } from './testing-naive';
import { areAligned, newPipeline, type Pipeline, restarted, run, settle, sorted } from './testing-pipeline';
import { type Stream, streams } from './testing-streams';

function runAll(stream: Stream, pipeline: Pipeline = newPipeline(stream), from = 0): unknown[] {
  return stream.steps.slice(from).map((step) => run(pipeline, step));
}

describe('an aggregator, whatever comes in whatever order', () => {
  it('ends with windows that equal a recomputation from scratch, and one that enumerates every instant', () => {
    fc.assert(
      fc.property(streams(120), (stream) => {
        const pipeline = newPipeline(stream);
        runAll(stream, pipeline);
        const known = settle(pipeline);
        const { lengths } = pipeline.aggregator;
        expect(known).toEqual(sorted(naiveWindows(pipeline.raw, lengths)));
        expect(sorted(recomputeAll(pipeline.raw, lengths))).toEqual(known);
        expect(areAligned(lengths)).toBe(true);
        expect(pipeline.aggregator.provisional()).toEqual([]);
      }),
      { numRuns: 300 },
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
          run(from, { kind: 'drain', limit: rows }) as { seen: unknown[] };
        const all = drain(reference, Number.POSITIVE_INFINITY).seen;
        const piecemeal: unknown[] = [];
        for (let part = drain(pipeline, limit); part.seen.length > 0; part = drain(pipeline, limit)) {
          expect(part.seen.length).toBeLessThanOrEqual(limit);
          piecemeal.push(...part.seen);
        }
        expect(piecemeal).toEqual(all);
        expect(pipeline.aggregator.snapshot()).toEqual(reference.aggregator.snapshot());
      }),
      { numRuns: 100 },
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
      { numRuns: 100 },
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
      { numRuns: 150 },
    );
  });
});
