import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MissedSpan } from './missed-span';
import { gapOf, START_US } from './testing-events';
import { instantsOf } from './testing-naive';

describe('the instants of a missed row', () => {
  it('are counted exactly as if they were listed', () => {
    const row = fc.record({ count: fc.integer({ min: 1, max: 300 }), lengthUs: fc.nat(4_000_000_000) });
    fc.assert(
      fc.property(
        row,
        fc.double({ min: -0.2, max: 1.2, noNaN: true }),
        fc.nat(1_000_000_000),
        (of, from, us) => {
          const event = gapOf({ missed_count: of.count, missed_until: START_US + of.lengthUs });
          const startUs = START_US + Math.round(from * of.lengthUs);
          const inside = instantsOf(event).filter((instant) => instant >= startUs && instant < startUs + us);
          const span = new MissedSpan(event, false);
          expect(span.countIn(startUs, startUs + us)).toBe(inside.length);
          expect(span.firstFrom(startUs)).toBe(
            instantsOf(event).find((instant) => instant >= startUs) ?? null,
          );
        },
      ),
      { seed: 1 },
    );
  });

  it('lie on whole due instants also where the products pass 2^53', () => {
    const count = 5 * 86_400 * 7;
    const event = gapOf({ missed_count: count, missed_until: START_US + (count - 1) * 200_000 });
    const span = new MissedSpan(event, false);
    for (let index = 1; index < count; index += 997) {
      const instant = START_US + index * 200_000;
      expect(span.firstFrom(instant - 199_999)).toBe(instant);
      expect(span.countIn(START_US, instant)).toBe(index);
    }
  });

  it('are one where a row says neither how many nor until when', () => {
    const span = new MissedSpan(
      { ...gapOf({ missed_count: 1, missed_until: 0 }), missed_count: null, missed_until: null },
      false,
    );
    expect(span.countIn(START_US, START_US + 1)).toBe(1);
    expect(span.lastUs).toBe(START_US);
  });
});
