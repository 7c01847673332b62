import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { latencyText, probeLineLatency, uptimeText } from './format';
import { LANGUAGES } from './language';

/** What a reader takes the text for, ms. */
function millisecondsIn(text: string): number {
  const [number = '', unit] = text.replace('< ', '').split(' ');
  return Number(number.replace(/,/g, '')) * (unit === 's' ? 1000 : 1);
}

describe('a latency in words', () => {
  it.each([
    [0, '0.00 ms'],
    [0.004, '< 0.01 ms'],
    [0.4445, '0.44 ms'],
    [0.84, '0.84 ms'],
    [9.996, '10.0 ms'],
    [12.34, '12.3 ms'],
    [99.96, '100 ms'],
    [161.7, '162 ms'],
    [999.4, '999 ms'],
    [999.6, '1.00 s'],
    [1240, '1.24 s'],
    [59_990, '60.0 s'],
    [300_000, '300 s'],
  ])('%d ms reads %s', (ms, text) => {
    expect(latencyText(ms, 'en')).toBe(text);
  });

  it('has a decimal comma in Spanish', () => {
    expect(latencyText(0.84, 'es')).toBe('0,84 ms');
    expect(latencyText(1240, 'es')).toBe('1,24 s');
  });

  it('keeps the dot in the classic probe line, in every language', () => {
    expect(probeLineLatency(150.23)).toBe('150.23ms');
    expect(probeLineLatency(5)).toBe('5.00ms');
  });

  it('is never off by more than half a unit of the third figure, or of 0.01 ms', () => {
    fc.assert(
      fc.property(fc.double({ min: 0.01, max: 300_000, noNaN: true }), (ms) => {
        const allowed = Math.max(0.005, ms * 0.005) + 1e-9;
        expect(Math.abs(millisecondsIn(latencyText(ms, 'en')) - ms)).toBeLessThanOrEqual(allowed);
      }),
    );
  });
});

describe('an uptime in words', () => {
  it.each([
    [60, 0, '100 %'],
    [60, 1, '98 %'],
    [60, 60, '0 %'],
    [100, 1, '99 %'],
    [1000, 1, '99.9 %'],
    [86_400, 1, '99.998 %'],
    [1000, 999, '0.1 %'],
  ])('of %d pings with %d failures reads %s', (total, errors, text) => {
    expect(uptimeText(total, errors, 'en')).toBe(text);
  });

  it('says nothing of nothing', () => {
    expect(uptimeText(0, 0, 'en')).toBeNull();
  });

  it('never reads 100 % when anything failed, nor 0 % when anything succeeded', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 2, max: 4_000_000_000 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        fc.constantFrom(...LANGUAGES),
        (total, share, language) => {
          const errors = Math.min(total - 1, Math.max(1, Math.round(total * share)));
          const text = uptimeText(total, errors, language);
          expect(text).not.toMatch(/^100/);
          expect(text).not.toMatch(/^0([.,]0+)? %/);
        },
      ),
    );
  });

  it('shows the difference that one more failure makes', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 10_000_000 }), fc.nat(), (total, some) => {
        const errors = some % total;
        expect(uptimeText(total, errors + 1, 'en')).not.toBe(uptimeText(total, errors, 'en'));
      }),
    );
  });
});
