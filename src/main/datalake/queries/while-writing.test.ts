import { expect, it } from 'vitest';
import { type WindowRow, windowKeyOf } from '../../../shared/domain/window-row';
import {
  createTestClock,
  eventOf,
  newLake,
  noProgress,
  START_US,
  windowOf,
  withFolder,
} from '../lake-fixtures';
import { createLakeQueries } from './create-lake-queries';

const SECOND_US = 1_000_000;
/** From 21:00 to 02:00, so that hours and a day are merged on the way. */
const FROM_US = START_US + 11 * 3600 * SECOND_US;
const STEP_US = 360 * SECOND_US;
const STEPS = 50;
const PER_STEP = 20;
const never = new AbortController().signal;

it('answers while rows are flushed, windows written and files merged count every row once', () =>
  withFolder(async (directory) => {
    const clock = createTestClock();
    const lake = newLake(directory, { clock });
    await lake.writer.open();
    const overlay = new Map<string, WindowRow>();
    const queries = createLakeQueries({
      views: lake.views,
      overlay: () => [...overlay.values()],
      clock,
      stats: lake.stats,
    });
    const range = { fromUs: FROM_US, toUs: FROM_US + STEPS * STEP_US };
    let steps = 0;
    let writing = true;

    /** One more step is measured: its rows and its window appear together. */
    function measureStep(): void {
      const startUs = FROM_US + steps * STEP_US;
      lake.writer.append(
        Array.from({ length: PER_STEP }, (_, index) =>
          eventOf(steps * PER_STEP + index + 1, { timestamp: startUs + index * 3 * SECOND_US }),
        ),
      );
      const row = windowOf(startUs, { total_pings: PER_STEP });
      overlay.set(windowKeyOf(row), row);
      steps += 1;
      clock.nowUsValue = FROM_US + steps * STEP_US;
    }

    async function write(): Promise<void> {
      while (steps < STEPS) {
        measureStep();
        await lake.writer.flushRaw();
        if (steps % 3 === 0) {
          const closed = [...overlay.entries()];
          await lake.writer.upsertWindows(closed.map(([, row]) => row));
          await lake.writer.commit(noProgress);
          for (const [key] of closed) overlay.delete(key);
          await lake.writer.maintain(clock.nowUs());
        }
      }
      writing = false;
    }

    /** Asks for a number of steps until nothing is written any more; returns how often. */
    async function keepAsking(ask: () => Promise<number>): Promise<number> {
      let asked = 0;
      while (writing) {
        const before = steps;
        const answer = await ask();
        asked += 1;
        expect(answer).toBeGreaterThanOrEqual(before);
        expect(answer).toBeLessThanOrEqual(steps);
        expect(Number.isInteger(answer)).toBe(true);
      }
      return asked;
    }

    const sum = (counts: readonly number[]) => counts.reduce((total, count) => total + count, 0);
    const [, ...asked] = await Promise.all([
      write(),
      keepAsking(async () => (await queries.totals(null, range, never)).totalPings / PER_STEP),
      keepAsking(async () => {
        const series = await queries.series({ targetId: 'shop', range, width: 1000 }, never);
        expect(new Set(series.timestampUs).size).toBe(series.timestampUs.length);
        return sum(series.total) / PER_STEP;
      }),
      keepAsking(() => queries.countWindows(never)),
      keepAsking(async () => new Set((await queries.lastWindows(null, 2000, never)).map(windowKeyOf)).size),
    ]);
    expect(Math.min(...asked)).toBeGreaterThan(5);
    expect((await queries.newestByTarget(never))[0]?.seq).toBe(STEPS * PER_STEP);
    expect(lake.stats().rawFiles).toBeLessThan(8);
    await queries.close();
    await lake.writer.close();
  }));
