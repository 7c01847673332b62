import { describe, expect, it } from 'vitest';
import type { ProbeEvent } from '../../shared/domain/probe-event';
import {
  ask,
  eventOf,
  newLake,
  noProgress,
  progressOf,
  START_US,
  windowOf,
  withFolder,
} from './lake-fixtures';

const HOUR = 3_600_000_000;

async function readAll(lake: ReturnType<typeof newLake>): Promise<ProbeEvent[]> {
  const events: ProbeEvent[] = [];
  for await (const batch of lake.writer.readRaw([{ fromUs: 0, toUs: Number.MAX_SAFE_INTEGER }]))
    events.push(...batch);
  return events;
}

describe('the lake', () => {
  it('gives back every column of an event, before and after it stands in a file', () =>
    withFolder(async (directory) => {
      const lake = newLake(directory);
      await lake.writer.open();
      const events = [
        eventOf(1),
        eventOf(2, {
          outcome: 'down',
          status_code: null,
          latency_ms: null,
          dns_ms: null,
          connect_ms: null,
          tls_ms: null,
          ttfb_ms: null,
          transfer_ms: null,
          failure_phase: 'timeout',
          failure_code: 'timeout_body',
          failure_detail: 'no byte for 10 s — «ñandú» 🟢, longer than twelve bytes',
          remote_ip: null,
          http_version: null,
          response_bytes: null,
          attempt: 3,
          is_final_attempt: false,
          late: true,
        }),
        eventOf(3, {
          outcome: 'missed',
          missed_count: 7,
          missed_until: START_US + 9_000_000,
          response_bytes: 5_000_000_000,
          config_version: 70_000,
        }),
      ];
      lake.writer.append(events);
      expect(await readAll(lake)).toEqual(events);
      await lake.writer.flushRaw();
      expect(lake.stats()).toMatchObject({ rawRows: 3, unflushedRows: 0 });
      expect(await readAll(lake)).toEqual(events);
      await lake.writer.close();
    }));

  it('holds exactly what was committed after it is opened again', () =>
    withFolder(async (directory) => {
      const lake = newLake(directory);
      expect((await lake.writer.open()).progress).toBeNull();
      lake.writer.append([eventOf(1), eventOf(2)]);
      await lake.writer.flushRaw();
      await lake.writer.upsertWindows([windowOf(START_US)]);
      const progress = progressOf({
        places: {
          'kafka:abc:probe-events.v1': {
            nextOffset: '3',
            lastRecord: { probe_id: 'home-0a1b2c3d', seq: 2 },
          },
        },
        lastSeq: { 'home-0a1b2c3d': 2 },
        aggregator: { version: 1 },
        quarantined: { not_json: { count: 2, partition: 0, offset: '1', atUs: START_US } },
        lost: [{ fromOffset: '0', toOffset: '1', count: 1, atUs: START_US }],
      });
      await lake.writer.commit(progress);
      await lake.writer.close();

      const again = newLake(directory);
      expect((await again.writer.open()).progress).toEqual(progress);
      expect(await ask(again, ({ raw }) => `SELECT seq FROM ${raw} ORDER BY seq`)).toEqual([['1'], ['2']]);
      expect(again.stats()).toMatchObject({ rawRows: 2, windowRows: 1, fromUs: START_US + 1_000_000 });
      await again.writer.close();
    }));

  it('keeps a view what it was while tails are replaced under it', () =>
    withFolder(async (directory) => {
      const lake = newLake(directory);
      await lake.writer.open();
      lake.writer.append([eventOf(1)]);
      await lake.writer.flushRaw();
      lake.writer.append([eventOf(2)]);
      const view = await lake.views.acquire();
      lake.writer.append([eventOf(3)]);
      await lake.writer.flushRaw();
      await lake.writer.flushRaw();
      lake.writer.append([eventOf(4)]);
      const connection = await lake.views.connect();
      const rows = await connection.runAndReadAll(`SELECT seq::INT FROM ${view.raw()} ORDER BY seq`);
      expect(rows.getRowsJS()).toEqual([[1], [2]]);
      view.release();
      connection.closeSync();
      expect(await ask(lake, ({ raw }) => `SELECT list(seq::INT ORDER BY seq) FROM ${raw}`)).toEqual([
        [[1, 2, 3, 4]],
      ]);
      await lake.writer.close();
    }));

  it('replaces windows by key, in the file of their hour', () =>
    withFolder(async (directory) => {
      const lake = newLake(directory);
      await lake.writer.open();
      const open = windowOf(START_US, { is_final: false, total_pings: 10 });
      await lake.writer.upsertWindows([
        open,
        windowOf(START_US + HOUR),
        windowOf(START_US, { target_id: 'other' }),
      ]);
      const final = windowOf(START_US, { hist_counts: [], uptime_pct: null });
      await lake.writer.upsertWindows([windowOf(START_US, { total_pings: 1 }), final]);
      await lake.writer.commit(noProgress);
      const rows = await ask(
        lake,
        ({ windows }) =>
          `SELECT target_id, epoch_us(start_time)::DOUBLE, total_pings, uptime_pct, hist_counts, is_final
           FROM ${windows} ORDER BY start_time, target_id`,
      );
      expect(rows).toEqual([
        ['other', START_US, 60, 100, [1, 0, 59], true],
        ['shop', START_US, 60, null, [], true],
        ['shop', START_US + HOUR, 60, 100, [1, 0, 59], true],
      ]);
      expect(lake.stats()).toMatchObject({ windowFiles: 2, windowRows: 3 });
      await lake.writer.close();
    }));

  it('reads what any instant of lies in one of many ranges', () =>
    withFolder(async (directory) => {
      const lake = newLake(directory);
      await lake.writer.open();
      const gap = eventOf(100, { timestamp: START_US, missed_until: START_US + HOUR, missed_count: 3601 });
      lake.writer.append([gap, ...Array.from({ length: 99 }, (_, index) => eventOf(index + 1))]);
      const secondsOf = (seconds: number[]): { fromUs: number; toUs: number; targetId: string }[] =>
        seconds.map((second) => ({
          fromUs: START_US + second * 1_000_000,
          toUs: START_US + second * 1_000_000 + 1,
          targetId: 'shop',
        }));
      const read = async (seconds: number[]): Promise<number[]> => {
        const seqs: number[] = [];
        for await (const batch of lake.writer.readRaw(secondsOf(seconds)))
          seqs.push(...batch.map((e) => e.seq));
        return seqs;
      };
      expect(await read([5, 50])).toEqual([5, 50, 100]);
      expect(await read([5, 1800, 3600, 3601])).toEqual([5, 100]);
      const many = Array.from({ length: 90 }, (_, index) => index + 5);
      expect(await read(many)).toEqual([...many, 100]);
      await lake.writer.close();
    }));
});

describe('a question', () => {
  it('is answered while the files that it reads are replaced all the time', () =>
    withFolder(async (directory) => {
      const lake = newLake(directory);
      await lake.writer.open();
      let seq = 0;
      let asking = true;
      const write = async (): Promise<void> => {
        while (asking) {
          seq += 1;
          const url = `https://shop.example/${'x'.repeat(seq % 50)}`;
          lake.writer.append([eventOf(seq, { url, latency_ms: seq * 1.01 })]);
          await lake.writer.flushRaw();
          await lake.writer.upsertWindows([windowOf(START_US, { total_pings: seq, url })]);
        }
      };
      const writing = write();
      for (let round = 0; round < 60; round++) {
        const known = seq;
        const view = await lake.views.acquire();
        const connection = await lake.views.connect();
        const prepared = await connection.prepare(
          `SELECT (SELECT list(seq::INT ORDER BY seq) FROM ${view.raw()}),
                  (SELECT count(DISTINCT (total_pings, url)) FROM ${view.windows()})::INT`,
        );
        // The statement knows the files' footers by now; give the writer time to put others in their place.
        const before = seq;
        while (round % 6 === 0 && seq < before + 2) await new Promise((resume) => setImmediate(resume));
        const [[seqs, windows] = []] = (await prepared.runAndReadAll()).getRowsJson();
        const rows = Array.isArray(seqs) ? seqs : [];
        expect(rows.length).toBeGreaterThanOrEqual(known - 1);
        expect(rows).toEqual(Array.from(rows, (_, index) => index + 1));
        expect(Number(windows)).toBeLessThanOrEqual(1);
        prepared.destroySync();
        connection.closeSync();
        view.release();
      }
      asking = false;
      await writing;
      await lake.writer.close();
    }));
});
