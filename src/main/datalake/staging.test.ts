import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ProbeEvent } from '../../shared/domain/probe-event';
import type { WindowRow } from '../../shared/domain/window-row';
import {
  ask,
  eventOf,
  newLake,
  noProgress,
  START_US,
  type TestLake,
  windowOf,
  withFolder,
} from './lake-fixtures';
import { metricsSchema } from './metrics-schema';

const RUNS = 15;
const VECTOR_ROWS = 2048;
const INT32 = { min: -2_147_483_648, max: 2_147_483_647 };
/** What fits TIMESTAMP in years that a folder can be named after. */
const instant = fc.integer({ min: START_US - 86_400_000_000, max: START_US + 86_400_000_000 });
const text = fc.string({ unit: 'grapheme', maxLength: 12 });
const double = fc.double({ noNaN: true, noDefaultInfinity: true });
const maybe = <T>(values: fc.Arbitrary<T>): fc.Arbitrary<T | null> => fc.option(values, { nil: null });

/** Any values that the columns can hold, in the limits of their types. */
const anyEvent: fc.Arbitrary<Partial<ProbeEvent>> = fc.record({
  timestamp: instant,
  started_at: instant,
  target_id: text,
  url: text,
  status_code: maybe(fc.integer({ min: -32_768, max: 32_767 })),
  latency_ms: maybe(double),
  dns_ms: maybe(double),
  connect_ms: maybe(double),
  tls_ms: maybe(double),
  ttfb_ms: maybe(double),
  transfer_ms: maybe(double),
  failure_code: maybe(fc.constantFrom('dns_failed', 'cert_expired')),
  failure_detail: maybe(text),
  attempt: fc.integer({ min: -128, max: 127 }),
  is_final_attempt: fc.boolean(),
  remote_ip: maybe(text),
  response_bytes: maybe(fc.maxSafeInteger()),
  missed_count: maybe(fc.integer(INT32)),
  missed_until: maybe(instant),
  late: fc.boolean(),
  config_version: fc.integer(INT32),
});

const anyWindow: fc.Arbitrary<Partial<WindowRow>> = fc.record({
  url: text,
  total_pings: fc.integer(INT32),
  uptime_pct: maybe(double),
  avg_latency: maybe(double),
  p99_latency: maybe(double),
  latency_sum_us: fc.maxSafeInteger(),
  is_final: fc.boolean(),
  hist_offset: fc.integer(INT32),
  hist_counts: fc.array(fc.integer(INT32), { maxLength: 300 }),
});

async function eventsOf(lake: TestLake): Promise<ProbeEvent[]> {
  const events: ProbeEvent[] = [];
  // By probe and number; every instant, also of rows that span some.
  for await (const some of lake.writer.readRaw([{ fromUs: -1e15, toUs: 1e16 }])) events.push(...some);
  return events;
}

describe('rows on their way into the lake', () => {
  it(
    'are read back as they went in, from memory and from files, however they fill the vectors',
    () =>
      fc.assert(
        fc.asyncProperty(
          fc.array(anyEvent, { minLength: 1, maxLength: 40 }),
          fc.array(fc.integer({ min: 1, max: VECTOR_ROWS + 60 }), { minLength: 1, maxLength: 3 }),
          fc.nat({ max: 2 }),
          (kinds, sizes, flushedAfter) =>
            withFolder(async (directory) => {
              const lake = newLake(directory);
              await lake.writer.open();
              const all: ProbeEvent[] = [];
              for (const [step, size] of sizes.entries()) {
                // A stride that does not divide: the same kind of row does not come to stand in the same place again.
                const some = Array.from({ length: size }, (_, index) =>
                  eventOf(all.length + index + 1, kinds[(index * 7 + step) % kinds.length]),
                );
                all.push(...some);
                lake.writer.append(some);
                expect(await eventsOf(lake)).toEqual(all);
                if (step < flushedAfter) await lake.writer.flushRaw();
              }
              await lake.writer.flushRaw();
              expect(lake.stats().unflushedRows).toBe(0);
              expect(await eventsOf(lake)).toEqual(all);
              await lake.close();
            }, true),
        ),
        { numRuns: RUNS },
      ),
    120_000,
  );

  it('get into files though a tail of so long texts could not be written again', () =>
    withFolder(async (directory) => {
      const lake = newLake(directory, { memoryLimitMb: 48 });
      await lake.writer.open();
      for (let seq = 0; seq < 1600; ) {
        const some = Array.from({ length: 100 }, () => {
          seq += 1;
          return eventOf(seq, { url: `https://shop.example/${seq}/${'x'.repeat(45_000)}` });
        });
        lake.writer.append(some);
        await lake.writer.flushRaw();
        await lake.writer.commit(noProgress);
      }
      expect(lake.stats()).toMatchObject({ rawRows: 1600, unflushedRows: 0, unflushedTextBytes: 0 });
      expect(await ask(lake, ({ raw }) => `SELECT count(DISTINCT seq)::INT FROM ${raw}`)).toEqual([[1600]]);
      await lake.close();
    }, true));

  it(
    'are so as windows as well',
    () =>
      fc.assert(
        fc.asyncProperty(
          fc.array(anyWindow, { minLength: 1, maxLength: 20 }),
          fc.integer({ min: 1, max: VECTOR_ROWS + 60 }),
          (kinds, size) =>
            withFolder(async (directory) => {
              const lake = newLake(directory);
              await lake.writer.open();
              const rows = Array.from({ length: size }, (_, index) =>
                windowOf(START_US + index * 60_000_000, kinds[(index * 7) % kinds.length]),
              );
              await lake.writer.upsertWindows(rows);
              await lake.writer.commit(noProgress);
              expect(await windowsOf(lake)).toEqual(rows);
              await lake.close();
            }, true),
        ),
        { numRuns: RUNS },
      ),
    120_000,
  );
});

async function windowsOf(lake: TestLake): Promise<unknown[]> {
  // What has 64 bits would come as text; as far as numbers here go, a double is exact.
  const numbers = { TIMESTAMP: 'epoch_us(COLUMN)::DOUBLE', BIGINT: 'COLUMN::DOUBLE' } as const;
  const columns = metricsSchema.columns.map(({ name, type }) =>
    (type === 'TIMESTAMP' || type === 'BIGINT' ? numbers[type] : 'COLUMN').replace('COLUMN', `"${name}"`),
  );
  const rows = await ask(
    lake,
    ({ windows }) => `SELECT ${columns.join(', ')} FROM ${windows} ORDER BY start_time`,
  );
  return rows.map((row) =>
    Object.fromEntries(metricsSchema.columns.map(({ name }, index) => [name, row[index]])),
  );
}
