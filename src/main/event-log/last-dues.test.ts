import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { systemClock } from '../platform/clock';
import { createLogger } from '../platform/logger';
import { systemRandom } from '../platform/random';
import { createEmbeddedEventLog } from './embedded-event-log';
import type { EventLog } from './event-log';
import { resultOf } from './event-log-fixtures';
import { createLastDues } from './last-dues';

const logger = createLogger('silent');
const of = (target: string, index: number) => resultOf(index, { target_id: target });

describe('the last due instants', () => {
  let folder: string;
  let log: EventLog;
  const open = async () => {
    const dues = createLastDues({ path: join(folder, 'last-dues.json'), log, logger });
    await dues.open();
    return dues;
  };
  const asMap = (dues: Awaited<ReturnType<typeof open>>) =>
    Object.fromEntries(dues.list().map(({ targetId, timestampUs }) => [targetId, timestampUs]));

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'uptimer-dues-'));
    log = createEmbeddedEventLog({
      directory: join(folder, 'event-log'),
      proberName: 'test',
      random: systemRandom,
      clock: systemClock,
      logger,
    });
    await log.start();
  });
  afterEach(async () => {
    await log.stop();
    rmSync(folder, { recursive: true });
  });

  it('are known again after a stop, also when the log gave its events back', async () => {
    const dues = await open();
    dues.saw(await log.append([of('a', 1), of('b', 2), of('a', 3)]));
    await dues.stop();
    expect(dues.notedSeq).toBe(3);
    await log.commit(0, 4n);
    expect(asMap(await open())).toEqual({ a: of('a', 3).timestamp, b: of('b', 2).timestamp });
  });

  it('take in what the log got after the last note, as after a kill', async () => {
    const dues = await open();
    dues.saw(await log.append([of('a', 1)]));
    await dues.stop();
    await log.append([of('a', 5), { ...of('a', 9), is_final_attempt: false }, of('c', 6)]);
    expect(asMap(await open())).toEqual({ a: of('a', 5).timestamp, c: of('c', 6).timestamp });
  });

  it('of another log, or in a file that cannot be read, count for nothing', async () => {
    const dues = await open();
    dues.saw(await log.append([of('a', 1)]));
    await dues.stop();
    await log.commit(0, 2n);
    writeFileSync(
      join(folder, 'last-dues.json'),
      '{"version":1,"probeId":"other-0a1b2c3d","seq":9,"dues":{"a":5}}',
    );
    expect(asMap(await open())).toEqual({});
    writeFileSync(join(folder, 'last-dues.json'), '{');
    expect(asMap(await open())).toEqual({});
  });
});
