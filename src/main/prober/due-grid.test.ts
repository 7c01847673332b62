import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DueGrid, stableHash } from './due-grid';

const instantUs = fc.integer({ min: 0, max: 4_000_000_000_000_000 });
const intervalUs = fc.integer({ min: 200, max: 86_400_000 }).map((ms) => ms * 1000);

describe('the instants of a target', () => {
  it('lie one interval apart, before and after any instant, to the microsecond', () => {
    fc.assert(
      fc.property(fc.string(), intervalUs, instantUs, fc.nat(5), (id, interval, atUs, shift) => {
        const grid = new DueGrid(id, interval, shift);
        const before = grid.atOrBefore(atUs);
        expect(before).toBeLessThanOrEqual(atUs);
        expect(atUs - before).toBeLessThan(interval);
        expect(grid.after(atUs)).toBe(before + interval);
        expect(grid.holds(before)).toBe(true);
        expect(grid.holds(before + 1)).toBe(false);
        expect(grid.atOrBefore(before - 1)).toBe(before - interval);
      }),
    );
  });

  it('are the same in every life, and none of them those of a shifted grid', () => {
    const [one, same, shifted] = [0, 0, 1].map((shift) => new DueGrid('api', 1_000_000, shift));
    const dueUs = one?.after(1_900_000_000_000_000) ?? 0;
    expect(same?.holds(dueUs)).toBe(true);
    expect(shifted?.holds(dueUs)).toBe(false);
  });

  it('are spread by names that differ in their last letter only', () => {
    const tenths = new Set(
      Array.from({ length: 100 }, (_, index) => Math.floor((stableHash(`api-${index}`) / 2 ** 32) * 10)),
    );
    expect(tenths.size).toBe(10);
  });
});
