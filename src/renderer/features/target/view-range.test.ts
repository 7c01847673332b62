import { describe, expect, it } from 'vitest';
import { panned, readViewRange, resolveRange, zoomed } from './view-range';

const query = (text: string) => new Map(new URLSearchParams(text));
const NOW = 1_800_000_000_000_000;

describe('the range in the address', () => {
  it('is a preset that follows the present, or fixed', () => {
    expect(readViewRange(query('range=1h'))).toEqual({ view: { preset: '1h' }, invalid: false });
    expect(readViewRange(query('from=10&to=20'))).toEqual({
      view: { preset: null, range: { fromUs: 10, toUs: 20 } },
      invalid: false,
    });
    expect(resolveRange({ preset: '1h' }, NOW, null)).toEqual({ fromUs: NOW - 3600e6, toUs: NOW });
  });

  it('falls back, and says so, when it is no range', () => {
    for (const text of ['from=20&to=10', 'from=a&to=b', 'from=5', 'range=century']) {
      expect(readViewRange(query(text))).toEqual({ view: { preset: '5m' }, invalid: true });
    }
  });

  it('zooms around the pointer and never past the present', () => {
    const range = { fromUs: NOW - 100e6, toUs: NOW };
    expect(zoomed(range, 0.5, 0.25, NOW)).toEqual({ fromUs: NOW - 87_500_000, toUs: NOW - 37_500_000 });
    expect(zoomed(range, 2, 0.5, NOW).toUs).toBe(NOW);
    expect(panned(range, 1, NOW)).toEqual(range);
    expect(panned(range, -0.5, NOW)).toEqual({ fromUs: NOW - 150e6, toUs: NOW - 50e6 });
  });
});
