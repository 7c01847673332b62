import { expect, it } from 'vitest';
import { targetSchema } from '../../shared/domain/target';
import { createTestClock, eventOf, newLake, START_US, withFolder } from '../datalake/lake-fixtures';
import { createLakeQueries } from '../datalake/queries/create-lake-queries';
import { readPast } from './past';

const SECOND_US = 1_000_000;
const at = (second: number) => START_US + second * SECOND_US;
const down = { outcome: 'down', failure_code: 'connection_refused', failure_phase: 'connect' } as const;

it('an engine learns at its start what still counts as an error, once, and from where each target has a gap', () =>
  withFolder(async (directory) => {
    const lake = newLake(directory);
    await lake.writer.open();
    lake.writer.append([
      eventOf(1, { ...down, target_id: 'shop', timestamp: at(0) }),
      eventOf(2, { ...down, target_id: 'shop', timestamp: at(1) }),
      eventOf(3, {
        target_id: 'gap',
        outcome: 'missed',
        timestamp: at(0),
        missed_until: at(5),
        missed_count: 6,
      }),
      eventOf(4, { ...down, target_id: 'new', timestamp: at(2), is_final_attempt: false }),
      eventOf(6, { target_id: 'paused', timestamp: at(2) }),
      eventOf(5, { target_id: 'remote', timestamp: at(2), probe_id: 'other-11111111' }),
      // Another prober's later row of a target of ours: our gap begins where we stopped all the same.
      eventOf(7, { target_id: 'shop', timestamp: at(8), probe_id: 'other-11111111' }),
    ]);
    const clock = createTestClock(at(10));
    const queries = createLakeQueries({ views: lake.views, overlay: () => [], clock, stats: lake.stats });
    const targets = ['shop', 'gap', 'new'].map((id) =>
      targetSchema.parse({ id, url: 'http://h.example/', intervalMs: 1000 }),
    );
    const probeId = eventOf(1).probe_id;
    const past = await readPast(queries, { probeId, targets, paused: new Set(['paused']) });
    expect(past.events.map(({ seq }) => seq).sort()).toEqual([1, 2, 3, 5, 6, 7]);
    const untilS = past.lastDue.map(({ targetId, timestampUs }) => [
      targetId,
      (timestampUs - START_US) / SECOND_US,
    ]);
    expect(Object.fromEntries(untilS)).toEqual({ shop: 1, gap: 5, new: 1 });
    await queries.close();
    await lake.writer.close();
  }));
