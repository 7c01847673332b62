import { describe, expect, it } from 'vitest';
import type { Beat } from '../../shared/contract/overview';
import type { Series } from '../../shared/contract/questions';
import type { Outcome } from '../../shared/domain/outcome';
import { putBeat } from '../stores/beat-store';
import { ProbeRing } from '../stores/probe-rings';
import { entryAt } from './axes';
import { spansOf, withGaps } from './spans';

const raw = (outcomes: readonly Outcome[]): Series => {
  const zeros = outcomes.map(() => 0);
  const none = outcomes.map(() => null);
  return {
    kind: 'raw',
    source: 'raw',
    probers: null,
    bucketUs: null,
    timestampUs: outcomes.map((_, index) => index * 1e6),
    outcome: [...outcomes],
    latencyMs: none,
    minMs: none,
    maxMs: none,
    p50Ms: none,
    p95Ms: none,
    p99Ms: none,
    total: zeros,
    errors: zeros,
    degraded: zeros,
    unknown: zeros,
    missed: zeros,
  };
};

const beat = (startUs: number, errorCount = 0): Beat => ({
  startUs,
  endUs: startUs + 60e6,
  totalPings: 60,
  errorCount,
  degradedCount: 0,
  unknownCount: 0,
  missedCount: 0,
  p50Ms: 1,
  p95Ms: 2,
  isFinal: true,
});

describe('charts', () => {
  it('join neighbouring failures to one span and keep the kinds apart', () => {
    const spans = spansOf(raw(['up', 'down', 'down', 'up', 'unknown', 'missed', 'down']), 1e6);
    expect(spans.map(({ role, fromUs, toUs }) => [role, fromUs / 1e6, toUs / 1e6])).toEqual([
      ['down', 1, 3],
      ['unknown', 4, 5],
      ['missed', 5, 6],
      ['down', 6, 7],
    ]);
  });

  it('break the line where nothing was measured', () => {
    expect(withGaps([0, 1e6, 9e6], [1, 2, 3], 1e6)).toEqual([
      [0, 1],
      [1000, 2],
      [2000, null],
      [9000, 3],
    ]);
  });

  it('find the bucket around an instant, or the nearest attempt', () => {
    const times = [0, 10, 20];
    expect([0, 9, 10, 25].map((us) => entryAt(times, us, 10))).toEqual([0, 0, 1, 2]);
    expect([0, 4, 6, 25].map((us) => entryAt(times, us, null))).toEqual([0, 0, 1, 2]);
    expect(entryAt([], 5, null)).toBe(-1);
  });

  it('replace a window by its newer version and put a late one in its place', () => {
    const beats = [beat(60e6), beat(180e6)];
    expect(putBeat(beats, beat(180e6, 3)).map(({ errorCount }) => errorCount)).toEqual([0, 3]);
    expect(putBeat(beats, beat(120e6)).map(({ startUs }) => startUs / 60e6)).toEqual([1, 2, 3]);
  });

  it('keep the newest attempts only, in order, and none twice', () => {
    const ring = new ProbeRing();
    for (let index = 0; index < 400; index += 1) ring.push(index, index, 'up');
    ring.push(399, 1, 'down');
    expect(ring.length).toBe(320);
    expect([ring.timeAt(0), ring.timeAt(319), ring.outcomeAt(319)]).toEqual([80, 399, 'up']);
  });
});
