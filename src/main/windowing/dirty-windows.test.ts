import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DirtyWindows } from './dirty-windows';
import { WindowGrid } from './window-grid';

const WINDOW_US = 5_000_000;
const grid = new WindowGrid([{ fromUs: 0, windowMs: 5_000 }]);
const rangeOf = (from: number, windows: number) => ({
  target_id: 'shop',
  probe_id: 'home-0a1b2c3d',
  fromUs: from * WINDOW_US,
  toUs: (from + windows) * WINDOW_US,
});
const keyOf = (window: number) => ({
  target_id: 'shop',
  probe_id: 'home-0a1b2c3d',
  start_time: window * WINDOW_US,
});

describe('dirty windows', () => {
  it('are a set, whatever is added and taken away in whatever order', () => {
    const change = fc.record({
      from: fc.nat(30),
      windows: fc.integer({ min: 1, max: 5 }),
      isAdded: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.array(change, { maxLength: 40, size: 'max' }), (changes) => {
        const dirty = new DirtyWindows([]);
        const expected = new Set<number>();
        for (const { from, windows, isAdded } of changes) {
          if (isAdded) {
            dirty.add(rangeOf(from, windows));
            for (let window = from; window < from + windows; window += 1) expected.add(window);
          } else {
            dirty.delete(keyOf(from), grid);
            expected.delete(from);
          }
        }
        const inOrder = [...expected].sort((a, b) => a - b).map(keyOf);
        expect(dirty.keys(grid, Number.POSITIVE_INFINITY)).toEqual(inOrder);
        expect(dirty.keys(grid, 3)).toEqual(inOrder.slice(0, 3));
        expect(new DirtyWindows(dirty.ranges()).ranges()).toEqual(dirty.ranges());
      }),
      { seed: 1 },
    );
  });

  it('next to each other are one range', () => {
    const dirty = new DirtyWindows([rangeOf(0, 1), rangeOf(2, 1), rangeOf(1, 1)]);
    expect(dirty.ranges()).toEqual([rangeOf(0, 3)]);
  });
});
