import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { RawFile } from './lake-file';
import { type MergePlan, planMerge, tailsToSeal } from './merge-plan';
import { DAY_US, dateOf, HOUR_US, startOfDate } from './sql-text';
import { chooseTail, limitOf, TAIL_ROWS } from './tail-policy';

const DAY = startOfDate('2026-01-15');
const MINUTE = 60_000_000;
const MB = 1024 * 1024;

function fileOf(path: string, fields: Partial<RawFile> = {}): RawFile {
  return {
    path,
    date: '2026-01-15',
    kind: 'segment',
    rows: 1000,
    bytes: 14_000,
    minUs: DAY,
    maxUs: DAY + 1,
    seqs: {},
    writtenUs: DAY + 1,
    ...fields,
  };
}

const pathsOf = (plan: MergePlan | null): string[] => plan?.inputs.map((file) => file.path) ?? [];
const none = new Map<string, number>();

describe('the merge plan', () => {
  it('joins segments of the running hour as they stand: eight, and fewer where the date has little room left', () => {
    const files = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'].map((path) => fileOf(path));
    expect(planMerge(files.slice(0, 7), none, DAY + 10 * MINUTE)).toBeNull();
    const plan = planMerge(files, none, DAY + 10 * MINUTE);
    expect(plan?.kind).toBe('segment');
    expect(pathsOf(plan)).toEqual(['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h']);
    const hours = Array.from({ length: 21 }, (_, hour) => fileOf(`hour-${hour}`, { kind: 'hour' }));
    expect(planMerge([...hours, ...files.slice(0, 2)], none, DAY + 10 * MINUTE)).toBeNull();
    expect(pathsOf(planMerge([...hours, ...files.slice(0, 3)], none, DAY + 10 * MINUTE))).toEqual([
      'a',
      'b',
      'c',
    ]);
  });

  it('does not write many rows again for the sake of few', () => {
    const large = ['a', 'b', 'c'].map((path) => fileOf(path, { rows: 8000 }));
    const small = ['d', 'e', 'f', 'g', 'h', 'i', 'j'].map((path) => fileOf(path));
    expect(planMerge([...large, ...small], none, DAY + 10 * MINUTE)).toBeNull();
    const plan = planMerge([...large, ...small, fileOf('k')], none, DAY + 10 * MINUTE);
    expect(pathsOf(plan)).toEqual(['d', 'e', 'f', 'g', 'h', 'i', 'j', 'k']);
  });

  it('writes a row a handful of times until it stands in a large file, and keeps within the limit, at any speed', () => {
    for (const flushRows of [60_000, 100_000, 250_000]) {
      let files: RawFile[] = [];
      let emptied: { at: number; count: number }[] = [];
      let nowUs = DAY;
      let names = 0;
      let written = 0;
      const flushes = 400;
      for (let flush = 0; flush < flushes; flush++) {
        // At 33,000 rows a second.
        nowUs += (flushRows / 33_000) * 1_000_000;
        emptied = emptied.filter(({ at }) => nowUs - at < 20_000_000);
        const standing = emptied.reduce((sum, { count }) => sum + count, 0);
        const of = { date: '2026-01-15', newestUs: nowUs, rows: flushRows };
        const { grown, sealed } = chooseTail(files, of, { emptied: standing, sealRows: TAIL_ROWS });
        names += 1;
        const rows = (grown?.rows ?? 0) + flushRows;
        written += rows;
        files = files
          .filter((file) => file !== grown)
          .map((file) => (file === sealed ? { ...file, kind: 'segment' } : file));
        files.push(
          fileOf(`f${names}`, { kind: 'tail', rows, bytes: rows * 14, maxUs: nowUs, writtenUs: nowUs }),
        );
        const plan = planMerge(files, new Map([['2026-01-15', standing]]), nowUs);
        if (plan !== null) {
          names += 1;
          const merged = plan.inputs.reduce((sum, file) => sum + file.rows, 0);
          written += merged;
          files = files.filter((file) => !plan.inputs.includes(file));
          files.push(
            fileOf(`f${names}`, { kind: plan.kind, rows: merged, bytes: merged * 14, maxUs: nowUs }),
          );
          emptied.push({ at: nowUs, count: plan.inputs.length });
        }
        const count = files.length + emptied.reduce((sum, entry) => sum + entry.count, 0);
        expect(count).toBeLessThanOrEqual(limitOf(files));
      }
      expect(written / (flushes * flushRows), String(flushRows)).toBeLessThan(7);
    }
  });

  it('orders a closed hour once its tail is sealed', () => {
    const files = [fileOf('a'), fileOf('b', { kind: 'tail' })];
    const nowUs = DAY + HOUR_US + 3 * MINUTE;
    expect(planMerge(files, none, nowUs)).toBeNull();
    expect(tailsToSeal(files, none, nowUs).map((file) => file.path)).toEqual(['b']);
    const sealed = files.map((file) => ({ ...file, kind: 'segment' as const }));
    expect(planMerge(sealed, none, nowUs)).toMatchObject({ kind: 'hour' });
  });

  it('joins a closed day into one file, and late rows with it when there are several or after a while', () => {
    const nowUs = DAY + DAY_US + 10 * MINUTE;
    const hours = [fileOf('a', { kind: 'hour' }), fileOf('b')];
    expect(planMerge(hours, none, nowUs)).toMatchObject({ kind: 'day', inputs: hours });
    const day = fileOf('day', { kind: 'day' });
    expect(planMerge([day], none, nowUs)).toBeNull();
    const late = [1, 2, 3, 4].map((number) =>
      fileOf(`late-${number}`, { writtenUs: nowUs, maxUs: number * HOUR_US }),
    );
    expect(planMerge([day, ...late.slice(0, 1)], none, nowUs)).toBeNull();
    expect(planMerge([day, ...late.slice(0, 1)], none, nowUs + HOUR_US)).toMatchObject({ kind: 'day' });
    expect(planMerge([day, ...late], none, nowUs)).toMatchObject({ kind: 'day' });
  });

  it('leaves files alone that are as large as a file should be', () => {
    const large = ['a', 'b', 'c', 'd', 'e'].map((path) => fileOf(path, { bytes: 70 * MB }));
    expect(planMerge(large, none, DAY + 3 * DAY_US)).toBeNull();
  });

  it('never lets a date have more than its files, whatever is flushed when, late rows and all', {
    timeout: 120_000,
  }, () => {
    const stepArbitrary = fc.record({
      /** Minutes that pass before the flush. */
      minutes: fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 70 }), fc.integer({ min: 0, max: 1500 })),
      rows: fc.oneof(fc.integer({ min: 1, max: 2000 }), fc.constant(150_000)),
      /** Days ago of further rows in the same flush. */
      late: fc.array(fc.integer({ min: 0, max: 3 }), { maxLength: 3 }),
      /** How many steps of maintenance follow; none while an export reads. */
      maintained: fc.integer({ min: 0, max: 3 }),
      /** Whether the emptied inputs of earlier merges are gone by now. */
      swept: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.array(stepArbitrary, { minLength: 50, maxLength: 250, size: 'max' }), (steps) => {
        let files: RawFile[] = [];
        const emptied = new Map<string, number>();
        let nowUs = DAY;
        let names = 0;
        let rows = 0;
        const flush = (date: string, newestUs: number, count: number): void => {
          const { grown, sealed } = chooseTail(
            files,
            { date, newestUs, rows: count },
            { emptied: emptied.get(date) ?? 0, sealRows: TAIL_ROWS },
          );
          names += 1;
          const path = grown?.path ?? `file-${names}`;
          files = files
            .filter((file) => file !== grown)
            .map((file) => (file === sealed ? { ...file, kind: 'segment' } : file));
          const total = (grown?.rows ?? 0) + count;
          const maxUs = Math.max(grown?.maxUs ?? 0, newestUs);
          files.push(
            fileOf(path, { date, kind: 'tail', rows: total, bytes: total * 14, maxUs, writtenUs: nowUs }),
          );
          rows += count;
        };
        const merge = (plan: MergePlan): void => {
          for (const input of plan.inputs) expect(input.kind).not.toBe('tail');
          names += 1;
          const sum = (key: 'rows' | 'bytes'): number =>
            plan.inputs.reduce((total, file) => total + file[key], 0);
          const maxUs = Math.max(...plan.inputs.map((file) => file.maxUs));
          files = files.filter((file) => !plan.inputs.includes(file));
          files.push(fileOf(`file-${names}`, { ...plan, rows: sum('rows'), bytes: sum('bytes'), maxUs }));
          emptied.set(plan.date, (emptied.get(plan.date) ?? 0) + plan.inputs.length);
        };
        const expectWithinLimits = (): void => {
          for (const date of new Set(files.map((file) => file.date))) {
            const ofDate = files.filter((file) => file.date === date);
            expect(ofDate.length + (emptied.get(date) ?? 0)).toBeLessThanOrEqual(limitOf(ofDate));
          }
        };
        for (const step of steps) {
          nowUs += step.minutes * MINUTE;
          flush(dateOf(nowUs), nowUs, step.rows);
          for (const days of step.late) {
            const lateUs = nowUs - days * DAY_US;
            flush(dateOf(lateUs), lateUs, 10);
          }
          expectWithinLimits();
          if (step.swept) emptied.clear();
          for (let turn = 0; turn < step.maintained; turn++) {
            const tails = tailsToSeal(files, emptied, nowUs);
            files = files.map((file) => (tails.includes(file) ? { ...file, kind: 'segment' } : file));
            const plan = planMerge(files, emptied, nowUs);
            if (plan !== null) merge(plan);
            expectWithinLimits();
          }
        }
        expect(files.reduce((total, file) => total + file.rows, 0)).toBe(rows);
        // Left in peace, every closed day becomes one file.
        nowUs += 3 * DAY_US;
        for (let turn = 0; turn < 500; turn++) {
          emptied.clear();
          const tails = tailsToSeal(files, emptied, nowUs);
          files = files.map((file) => (tails.includes(file) ? { ...file, kind: 'segment' } : file));
          const plan = planMerge(files, emptied, nowUs);
          if (plan === null) break;
          merge(plan);
        }
        for (const date of new Set(files.map((file) => file.date))) {
          expect(files.filter((file) => file.date === date)).toHaveLength(1);
        }
      }),
      { numRuns: 60 },
    );
  });
});
