import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ProbeEvent } from '../../shared/domain/probe-event';
import { identityKey } from '../datalake/lake';
import { eventOf, newLake, noProgress, withFolder } from '../datalake/lake-fixtures';
import { probeEvent } from '../event-log/kafka/probe-event-record-fixtures';
import { judgeEvents } from './judge-events';

const inMap = (lake: ReadonlyMap<string, ProbeEvent>) => async (asked: readonly ProbeEvent[]) => {
  const found = new Map<string, ProbeEvent>();
  for (const one of asked) {
    const event = lake.get(identityKey(one));
    if (event !== undefined) found.set(identityKey(one), event);
  }
  return found;
};

describe('the judgement of events', () => {
  it('looks nothing up while numbers only grow', async () => {
    const events = [eventOf(4), eventOf(9), eventOf(1, { probe_id: 'other' })];
    const judged = await judgeEvents(events, new Map([[eventOf(1).probe_id, 3]]), () => {
      throw new Error('looked up');
    });
    expect(judged).toEqual({ fresh: events, duplicates: 0, conflicts: [] });
  });

  it('takes a number that was passed over, and drops one that is in the lake or came before in the batch', async () => {
    const lake = new Map([eventOf(5), eventOf(7)].map((event) => [identityKey(event), event]));
    const events = [eventOf(6), eventOf(5), eventOf(8), eventOf(6), eventOf(8)];
    const judged = await judgeEvents(events, new Map([[eventOf(1).probe_id, 7]]), inMap(lake) as never);
    expect(judged).toEqual({ fresh: [events[0], events[2]], duplicates: 3, conflicts: [] });
  });

  it('points at each event whose number stands for another one', async () => {
    const lake = new Map([[identityKey(eventOf(5)), eventOf(5)]]);
    const events = [
      eventOf(5, { url: 'https://x.example/' }),
      eventOf(5),
      eventOf(6),
      eventOf(6, { attempt: 2 }),
    ];
    const judged = await judgeEvents(events, new Map([[eventOf(1).probe_id, 5]]), inMap(lake) as never);
    expect(judged).toEqual({ fresh: [events[2]], duplicates: 1, conflicts: [0, 3] });
  });

  it('counts an event that the lake called late as the same', async () => {
    const lake = new Map([[identityKey(eventOf(5)), eventOf(5, { late: true })]]);
    const judged = await judgeEvents([eventOf(5)], new Map([[eventOf(1).probe_id, 5]]), inMap(lake) as never);
    expect(judged.duplicates).toBe(1);
  });

  it('agrees with a model that remembers everything, over any batches', async () => {
    const event = fc
      .record({
        seq: fc.integer({ min: 1, max: 12 }),
        probe_id: fc.constantFrom('a', 'b'),
        attempt: fc.constantFrom(1, 1, 1, 2),
      })
      .map(({ seq, ...fields }) => eventOf(seq, fields));
    await fc.assert(
      fc.asyncProperty(fc.array(fc.array(event, { maxLength: 8 }), { maxLength: 8 }), async (batches) => {
        const model = new Map<string, ProbeEvent>();
        const lake = new Map<string, ProbeEvent>();
        const lastSeq = new Map<string, number>();
        for (const batch of batches) {
          const expected = { fresh: [] as ProbeEvent[], duplicates: 0, conflicts: [] as number[] };
          for (const [index, one] of batch.entries()) {
            const before = model.get(identityKey(one));
            if (before === undefined) {
              model.set(identityKey(one), one);
              expected.fresh.push(one);
            } else if (before.attempt === one.attempt) expected.duplicates += 1;
            else expected.conflicts.push(index);
          }
          const judged = await judgeEvents(batch, lastSeq, inMap(lake) as never);
          expect(judged).toEqual(expected);
          for (const one of judged.fresh) {
            lake.set(identityKey(one), one);
            lastSeq.set(one.probe_id, Math.max(lastSeq.get(one.probe_id) ?? 0, one.seq));
          }
        }
      }),
    );
  });

  it('knows every event again as the lake holds it, in memory and in files', async () =>
    withFolder(async (directory) => {
      const calendar = probeEvent.filter(
        ({ timestamp, started_at }) => timestamp < 4e15 && started_at < 4e15,
      );
      const events = fc
        .sample(calendar, { numRuns: 150, seed: 6 })
        .map((event, index) => ({ ...event, seq: index + 1 }));
      const lastSeq = new Map(events.map(({ probe_id }) => [probe_id, 1000]));
      const lake = newLake(directory);
      await lake.writer.open();
      lake.writer.append(events);
      expect(await judgeEvents(events, lastSeq, lake.writer.find)).toEqual({
        fresh: [],
        duplicates: events.length,
        conflicts: [],
      });
      await lake.writer.flushRaw();
      await lake.writer.commit(noProgress);
      const judged = await judgeEvents(events, lastSeq, lake.writer.find);
      expect(judged).toEqual({ fresh: [], duplicates: events.length, conflicts: [] });
      const changed = events.map((event) => ({ ...event, config_version: event.config_version + 1 }));
      expect((await judgeEvents(changed, lastSeq, lake.writer.find)).conflicts).toHaveLength(events.length);
      await lake.close();
    }));
});
