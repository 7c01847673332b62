import { describe, expect, it } from 'vitest';
import { bytesText, latencyText, percent, quantityText } from './number';
import { duration, parseDuration, settingDuration } from './time';
import { fromLocalText, toLocalText } from './zoned';

describe('numbers', () => {
  it('shows latency with three significant figures and the unit that fits', () => {
    expect(latencyText(0.84, 'en')).toBe('0.840 ms');
    expect(latencyText(162.31, 'en')).toBe('162 ms');
    expect(latencyText(999.7, 'en')).toBe('1.00 s');
    expect(latencyText(1240, 'es')).toBe('1,24 s');
    expect(latencyText(null, 'en')).toBe('–');
  });

  it('never rounds an uptime up to a hundred when anything failed', () => {
    expect(quantityText(percent(99.9999999, 3600, 'en'))).toBe('99.99 %');
    expect(quantityText(percent(100, 3600, 'en'))).toBe('100 %');
    expect(quantityText(percent(99.972222, 3600, 'en'))).toBe('99.97 %');
  });

  it('supports no more decimals than the sample does', () => {
    expect(quantityText(percent(87.5, 8, 'en'))).toBe('87 %');
    expect(quantityText(percent(98.33, 60, 'en'))).toBe('98 %');
    expect(quantityText(percent(98.333, 600, 'en'))).toBe('98.3 %');
  });

  it('shows sizes in decimal units', () => {
    expect(bytesText(999, 'en')).toBe('999 B');
    expect(bytesText(38_400_000, 'en')).toBe('38.4 MB');
  });
});

describe('times', () => {
  it('reads what people type and writes it back in the unit that keeps it whole', () => {
    for (const [text, ms] of [
      ['500 ms', 500],
      ['1 s', 1000],
      ['1.5s', 1500],
      ['1,5 s', 1500],
      ['5 min', 300_000],
      ['1h', 3_600_000],
      ['2', 2000],
    ] as const) {
      expect(parseDuration(text)).toBe(ms);
    }
    for (const text of ['', 'soon', '-1 s', '1 week', '1 s 2']) expect(parseDuration(text)).toBeNull();
    for (const ms of [200, 1000, 1500, 60_000, 90_000, 3_600_000]) {
      expect(parseDuration(settingDuration(ms))).toBe(ms);
    }
  });

  it('shows an age in one unit', () => {
    expect(duration(240_000, 'en')).toBe('0.2 s');
    expect(duration(61e6, 'en')).toBe('1 min');
    expect(duration(50 * 3600e6, 'en')).toBe('2 d');
  });

  it('reads a local time in the display zone, also around a change of the clocks', () => {
    const zone = 'Europe/Madrid';
    expect(fromLocalText('2026-01-15T12:00', zone)).toBe(Date.UTC(2026, 0, 15, 11) * 1000);
    expect(fromLocalText('2026-07-15T12:00', zone)).toBe(Date.UTC(2026, 6, 15, 10) * 1000);
    for (const text of ['2026-03-29T01:30', '2026-03-29T03:30', '2026-10-25T04:00']) {
      expect(toLocalText(fromLocalText(text, zone) ?? 0, zone)).toBe(text);
    }
    expect(fromLocalText('', zone)).toBeNull();
  });
});
