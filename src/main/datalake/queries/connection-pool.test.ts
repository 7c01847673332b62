import { DuckDBInstance } from '@duckdb/node-api';
import { describe, expect, it } from 'vitest';
import { createConnectionPool } from './connection-pool';

const ENDLESS = 'SELECT count(*) AS n FROM range(10000000000000) AS a';
const never = new AbortController().signal;

async function newPool(size: number) {
  const instance = await DuckDBInstance.create(':memory:', { threads: '1' });
  let opened = 0;
  const pool = createConnectionPool({
    connect: () => {
      opened += 1;
      return instance.connect();
    },
    size,
  });
  return { pool, opened: () => opened };
}

const one = async (pool: Awaited<ReturnType<typeof newPool>>['pool']) =>
  await pool.use(never, async (session) => (await session.query('SELECT 1 AS n')).numbers('n')[0]);

describe('the pool of connections', () => {
  it('keeps its connections for the next question', async () => {
    const { pool, opened } = await newPool(2);
    for (let question = 0; question < 5; question += 1) expect(await one(pool)).toBe(1);
    expect(opened()).toBe(1);
    await Promise.all(Array.from({ length: 6 }, () => one(pool)));
    expect(opened()).toBeLessThanOrEqual(2);
    await pool.close();
  });

  it('stops a running statement when its signal aborts, at whatever moment, and stays usable', async () => {
    const { pool } = await newPool(1);
    for (const delayMs of [0, 1, 5, 30]) {
      const abort = new AbortController();
      const question = pool.use(abort.signal, (session) => session.query(ENDLESS));
      setTimeout(() => abort.abort(), delayMs);
      await expect(question).rejects.toMatchObject({ code: 'cancelled' });
      expect(await one(pool)).toBe(1);
    }
    await pool.close();
  });

  it('lets a waiting question leave the queue, and serves the ones behind it', async () => {
    const { pool } = await newPool(1);
    const [running, waiting] = [new AbortController(), new AbortController()];
    const first = pool.use(running.signal, (session) => session.query(ENDLESS));
    const second = pool.use(waiting.signal, (session) => session.query(ENDLESS));
    const third = one(pool);
    waiting.abort();
    await expect(second).rejects.toMatchObject({ code: 'cancelled' });
    running.abort();
    await expect(first).rejects.toMatchObject({ code: 'cancelled' });
    expect(await third).toBe(1);
    await pool.close();
  });

  it('asks nothing when the signal has aborted before', async () => {
    const { pool, opened } = await newPool(1);
    await expect(pool.use(AbortSignal.abort(), () => Promise.resolve(1))).rejects.toMatchObject({
      code: 'cancelled',
    });
    expect(opened()).toBe(0);
    await pool.close();
  });

  it('tells a faulty statement as our own fault, and refuses when closed', async () => {
    const { pool } = await newPool(1);
    await expect(pool.use(never, (session) => session.query('SELEC'))).rejects.toMatchObject({
      code: 'internal',
      domain: 'internal',
    });
    await pool.close();
    await expect(one(pool)).rejects.toMatchObject({ code: 'unavailable' });
  });
});
