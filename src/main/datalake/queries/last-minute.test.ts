import { expect, it } from 'vitest';
import { createTestClock, eventOf, newLake, START_US, withFolder } from '../lake-fixtures';
import { createLakeQueries } from './create-lake-queries';

const SECOND_US = 1_000_000;
const at = (second: number) => START_US + second * SECOND_US;
const down = { outcome: 'down', failure_code: 'connection_refused', failure_phase: 'connect' } as const;

it('the last minute gives what still counts as an error, flushed or not, and what was broken off between retries', () =>
  withFolder(async (directory) => {
    const lake = newLake(directory);
    await lake.writer.open();
    lake.writer.append([
      eventOf(1, { ...down, timestamp: at(0) }),
      eventOf(2, { ...down, timestamp: at(40) }),
      eventOf(3, { ...down, timestamp: at(50), is_final_attempt: false }),
      eventOf(4, { timestamp: at(50), attempt: 2 }),
    ]);
    await lake.writer.flushRaw();
    lake.writer.append([
      eventOf(5, { ...down, timestamp: at(90) }),
      eventOf(6, { ...down, timestamp: at(91), target_id: 'new', is_final_attempt: false }),
      eventOf(7, { ...down, timestamp: at(91), target_id: 'new', is_final_attempt: false, attempt: 2 }),
    ]);
    const clock = createTestClock(at(100));
    const queries = createLakeQueries({ views: lake.views, overlay: () => [], clock, stats: lake.stats });
    const { failures, brokenOff } = await queries.lastMinute(new AbortController().signal);
    expect(failures.map(({ seq }) => seq)).toEqual([5]);
    expect(brokenOff.map(({ seq, target_id, attempt }) => [seq, target_id, attempt])).toEqual([
      [7, 'new', 2],
    ]);
    await queries.close();
    await lake.writer.close();
  }));
