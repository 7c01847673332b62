import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { partitionOf } from '../../shared/domain/partition';
import { systemClock } from '../platform/clock';
import { createLogger } from '../platform/logger';
import { systemRandom } from '../platform/random';
import { createEmbeddedEventLog } from './embedded-event-log';
import type { EventLog, EventReader, Offset } from './event-log';
import { resultOf, resultsOf } from './event-log-fixtures';
import { LogRoutes, type Way } from './log-routes';
import { createPartitionedReader } from './partitioned-reader';
import { createRouteReader } from './route-reader';

const WAYS = ['embedded', 'kafka'] as const;
const TARGETS = ['api', 'shop', 'mail', 'search', 'pay'];
const NOTHING_WAITS = { maxEvents: 100, waitMs: 0 };

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'uptimer-route-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const newLog = (directory: string): EventLog =>
  createEmbeddedEventLog({
    directory: join(directory, 'log'),
    proberName: 'test',
    clock: systemClock,
    random: systemRandom,
    logger: createLogger('silent'),
    recentEvents: 10,
  });

describe('a reader of one way', () => {
  const open = async () => {
    const log = newLog(folder);
    await log.start();
    const routes = await LogRoutes.open(join(folder, 'routes.json'));
    const committed: Record<Way, Offset | null> = { embedded: null, kafka: null };
    const readerOf = (way: Way) =>
      createRouteReader({
        log,
        routes: () => routes,
        way,
        async onCommit(_partition, nextOffset) {
          committed[way] = nextOffset;
        },
      });
    return { log, routes, committed, embedded: readerOf('embedded'), kafka: readerOf('kafka') };
  };

  it('ends where the way ends, and passes over what travels another', async () => {
    const { log, routes, embedded, kafka } = await open();
    await log.append(resultsOf(0, 4));
    await routes.begin('kafka', 5, 0);
    await log.append(resultsOf(4, 3));
    await routes.begin('embedded', 8, 0);
    await log.append(resultsOf(7, 2));

    const first = await embedded.read(0, 1n, NOTHING_WAITS);
    expect(first.events.map(({ seq }) => seq)).toEqual([1, 2, 3, 4]);
    expect(first).toMatchObject({ nextOffset: 5n, atEnd: false });
    const second = await embedded.read(0, first.nextOffset, NOTHING_WAITS);
    expect(second.events.map(({ seq }) => seq)).toEqual([8, 9]);
    expect(second).toMatchObject({ nextOffset: 10n, atEnd: true });

    const shipped = await kafka.read(0, 0n, NOTHING_WAITS);
    expect(shipped.events.map(({ seq }) => seq)).toEqual([5, 6, 7]);
    expect(shipped).toMatchObject({ nextOffset: 8n, atEnd: true });
    expect(await kafka.read(0, 8n, NOTHING_WAITS)).toEqual({ events: [], nextOffset: 10n, atEnd: true });
    await log.stop();
  });

  it('waits at the end for a switch that makes the next event its own', async () => {
    const { log, routes, kafka } = await open();
    await log.append(resultsOf(0, 2));
    const waiting = await kafka.read(0, 0n, { maxEvents: 10, waitMs: 20 });
    expect(waiting).toEqual({ events: [], nextOffset: 3n, atEnd: true });
    await routes.begin('kafka', 3, 0);
    const reading = kafka.read(0, waiting.nextOffset, { maxEvents: 10, waitMs: 10_000 });
    await log.append(resultsOf(2, 1));
    expect((await reading).events.map(({ seq }) => seq)).toEqual([3]);
    await log.stop();
  });

  it('does not take what is appended after a switch that began while it waited', async () => {
    const { log, routes, embedded, kafka } = await open();
    await log.append(resultsOf(0, 2));
    const reading = embedded.read(0, 3n, { maxEvents: 10, waitMs: 10_000 });
    await routes.begin('kafka', 3, 0);
    await log.append(resultsOf(2, 1));
    expect((await reading).events).toEqual([]);
    expect((await kafka.read(0, 3n, NOTHING_WAITS)).events.map(({ seq }) => seq)).toEqual([3]);
    await log.stop();
  });

  it('is not at its end while more of its way follows behind another', async () => {
    const { log, routes, kafka } = await open();
    await routes.begin('kafka', 1, 0);
    await log.append(resultsOf(0, 2));
    await routes.begin('embedded', 3, 0);
    await log.append(resultsOf(2, 2));
    await routes.begin('kafka', 5, 0);
    await log.append(resultsOf(4, 2));
    const first = await kafka.read(0, 1n, NOTHING_WAITS);
    expect(first).toMatchObject({ nextOffset: 3n, atEnd: false });
    expect((await kafka.read(0, 3n, NOTHING_WAITS)).events.map(({ seq }) => seq)).toEqual([5, 6]);
    await log.stop();
  });
});

describe('a log of one partition read as several', () => {
  it('gives each partition its own targets, and trims what all of them have', async () => {
    const log = newLog(folder);
    await log.start();
    await log.append(TARGETS.map((target_id, index) => resultOf(index, { target_id })));
    const reader = createPartitionedReader(log, () => 3);
    expect(reader.partitions).toEqual([0, 1, 2]);
    const seen: string[] = [];
    for (const partition of reader.partitions) {
      const { events, nextOffset } = await reader.read(partition, 1n, NOTHING_WAITS);
      for (const { target_id } of events) expect(partitionOf(target_id, 3)).toBe(partition);
      seen.push(...events.map(({ target_id }) => target_id));
      expect(await log.startOffset(0)).toBe(1n);
      await reader.commit(partition, nextOffset);
    }
    expect(seen.sort()).toEqual([...TARGETS].sort());
    expect(await log.startOffset(0)).toBe(6n);
    await log.stop();
  });

  it('trims nothing that the slowest partition still needs', async () => {
    const log = newLog(folder);
    await log.start();
    for (let index = 0; index < 6; index += 1) await log.append([resultOf(index)]);
    const reader = createPartitionedReader(log, () => 2);
    await reader.commit(0, 7n);
    await reader.commit(1, 4n);
    expect(await log.startOffset(0)).toBe(4n);
    await log.stop();
  });
});

/** The two ways over one log as the feed joins them: what has arrived by both is given back. */
interface Subject {
  log: EventLog;
  routes: LogRoutes;
  lake: EventReader;
  topic: EventReader;
  places: Map<number, Offset>;
  shippedTo: Offset;
}

type Step =
  | { kind: 'append'; targets: number[] }
  | { kind: 'switch' | 'reopen' | 'commit' }
  | { kind: 'read'; partition: number; max: number }
  | { kind: 'ship'; max: number };

const stepArbitrary: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant('append' as const),
      targets: fc.array(fc.nat(TARGETS.length - 1), { minLength: 1, maxLength: 6 }),
    }),
  },
  { weight: 2, arbitrary: fc.constant({ kind: 'switch' as const }) },
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant('read' as const),
      partition: fc.nat(2),
      max: fc.integer({ min: 1, max: 8 }),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({ kind: fc.constant('ship' as const), max: fc.integer({ min: 1, max: 8 }) }),
  },
  { weight: 3, arbitrary: fc.constant({ kind: 'commit' as const }) },
  { weight: 1, arbitrary: fc.constant({ kind: 'reopen' as const }) },
);

describe('events of a log with two ways', () => {
  it.each([1, 3])(
    'come by exactly one of them, in order, and are kept until then, with %i partitions',
    async (P) => {
      let run = 0;
      await fc.assert(
        fc.asyncProperty(
          fc.array(stepArbitrary, { minLength: 5, maxLength: 40, size: 'max' }),
          async (steps) => {
            run += 1;
            const directory = join(folder, `run-${run}`);
            const appended: { seq: number; way: Way; partition: number }[] = [];
            /** What the lake holds durably, by partition, and the cluster has acknowledged: both outlive a reopening. */
            const inLake = Array.from({ length: P }, () => [] as number[]);
            const inTopic: number[] = [];
            const durablePlaces = new Map<number, Offset>();
            /** Read and not durable in the lake yet: a reopening forgets it. */
            let unflushed = Array.from({ length: P }, () => [] as number[]);

            const openAll = async (): Promise<Subject> => {
              const log = newLog(directory);
              await log.start();
              const routes = await LogRoutes.open(join(directory, 'routes.json'));
              const start = await log.startOffset(0);
              const arrived: Record<Way, Offset> = { embedded: start, kafka: start };
              const readerOf = (way: Way) =>
                createRouteReader({
                  log,
                  routes: () => routes,
                  way,
                  async onCommit(_partition, nextOffset) {
                    if (nextOffset > arrived[way]) arrived[way] = nextOffset;
                    let lowest = Number(await log.endOffset(0));
                    for (const one of WAYS) {
                      const waiting = routes.nextOf(one, Number(arrived[one]));
                      if (waiting !== null) lowest = Math.min(lowest, waiting);
                    }
                    await log.commit(0, BigInt(lowest));
                  },
                });
              const lake = createPartitionedReader(readerOf('embedded'), () => P);
              const places = new Map<number, Offset>();
              for (const partition of lake.partitions) {
                const noted = durablePlaces.get(partition);
                const place = noted === undefined ? null : { nextOffset: noted, last: null };
                const lastSeq = { [log.probeId]: inLake[partition]?.at(-1) ?? 0 };
                places.set(partition, await lake.resume(partition, place, lastSeq));
              }
              return { log, routes, lake, topic: readerOf('kafka'), places, shippedTo: 0n };
            };
            const read = async ({ lake, places }: Subject, partition: number, maxEvents: number) => {
              const batch = await lake.read(partition, places.get(partition) ?? 0n, { maxEvents, waitMs: 0 });
              places.set(partition, batch.nextOffset);
              unflushed[partition]?.push(...batch.events.map(({ seq }) => seq));
              return batch.atEnd;
            };
            const ship = async (of: Subject, maxEvents: number) => {
              const batch = await of.topic.read(0, of.shippedTo, { maxEvents, waitMs: 0 });
              // A batch that was acknowledged and not given back is shipped again after a reopening.
              for (const { seq } of batch.events) if (!inTopic.includes(seq)) inTopic.push(seq);
              of.shippedTo = batch.nextOffset;
              await of.topic.commit(0, batch.nextOffset);
              return batch.atEnd;
            };
            const flush = async ({ lake, places }: Subject) => {
              for (const partition of lake.partitions) {
                inLake[partition]?.push(...(unflushed[partition] ?? []));
                unflushed[partition] = [];
                durablePlaces.set(partition, places.get(partition) ?? 0n);
              }
              for (const partition of lake.partitions)
                await lake.commit(partition, places.get(partition) ?? 0n);
            };

            let subject = await openAll();
            try {
              for (const step of steps) {
                if (step.kind === 'append') {
                  const results = step.targets.map((target, index) =>
                    resultOf(appended.length + index, { target_id: TARGETS[target] as string }),
                  );
                  for (const { seq, target_id } of await subject.log.append(results)) {
                    appended.push({ seq, way: subject.routes.current, partition: partitionOf(target_id, P) });
                  }
                } else if (step.kind === 'switch') {
                  const way = subject.routes.current === 'kafka' ? 'embedded' : 'kafka';
                  await subject.routes.begin(way, Number(await subject.log.endOffset(0)), 0);
                } else if (step.kind === 'read') await read(subject, step.partition % P, step.max);
                else if (step.kind === 'ship') await ship(subject, step.max);
                else if (step.kind === 'commit') await flush(subject);
                else {
                  await subject.log.stop();
                  unflushed = Array.from({ length: P }, () => []);
                  subject = await openAll();
                }
              }
              for (const partition of subject.lake.partitions) while (!(await read(subject, partition, 5)));
              while (!(await ship(subject, 5)));
              await flush(subject);
              const seqsOf = (way: Way, partition?: number) =>
                appended
                  .filter(
                    (one) => one.way === way && (partition === undefined || one.partition === partition),
                  )
                  .map(({ seq }) => seq);
              expect(inTopic).toEqual(seqsOf('kafka'));
              for (const partition of subject.lake.partitions) {
                expect(inLake[partition]).toEqual(seqsOf('embedded', partition));
              }
              expect(await subject.log.startOffset(0)).toBe(await subject.log.endOffset(0));
            } finally {
              await subject.log.stop();
              rmSync(directory, { recursive: true, force: true });
            }
          },
        ),
        { numRuns: 30 },
      );
    },
  );
});
