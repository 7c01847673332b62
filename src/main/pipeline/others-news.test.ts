import { describe, expect, it } from 'vitest';
import type { ProbeEvent } from '../../shared/domain/probe-event';
import { createTestClock, eventOf, START_US } from '../datalake/lake-fixtures';
import { othersNews } from './others-news';

describe('news of other probers', () => {
  it('are what others measured in the last two minutes, told to everybody, and nothing when there are none', () => {
    const told: number[][] = [];
    const listen = (events: readonly ProbeEvent[]) => void told.push(events.map(({ seq }) => seq));
    const tell = othersNews({
      clock: createTestClock(START_US + 120_000_000),
      ownProbeId: () => 'own',
      tell: [listen, listen],
    });
    tell([
      eventOf(1, { timestamp: START_US }),
      eventOf(2, { timestamp: START_US + 1 }),
      eventOf(3, { timestamp: START_US + 60_000_000, probe_id: 'own' }),
      eventOf(4, { timestamp: START_US + 119_000_000 }),
    ]);
    expect(told).toEqual([
      [2, 4],
      [2, 4],
    ]);
    tell([eventOf(5, { timestamp: START_US })]);
    tell([]);
    expect(told).toHaveLength(2);
  });
});
