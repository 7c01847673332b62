import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type CountingServer, startCountingServer } from './support/counting-server';
import { startHeadless } from './support/headless-process';
import { openLakeCheck } from './support/lake-check';
import { otherNode } from './support/other-node';

const SECONDS = 60;
const WINDOW_MS = 10_000;

describe.each([24])('on Node %i', (major) => {
  let data: string;
  let server: CountingServer;

  beforeAll(async () => {
    data = mkdtempSync(join(tmpdir(), 'uptimer-node-'));
    server = await startCountingServer();
  });

  afterAll(async () => {
    await server.close();
    rmSync(data, { recursive: true, force: true });
  });

  it(
    'starts, measures for a minute without a gap, and that Node reads the lake back',
    async (test) => {
      const node = await otherNode(major);
      if ('reason' in node) return test.skip(node.reason);
      const urls = ['ok1', 'ok2', 'error', 'slow', 'cut'].map(
        (path) => `http://127.0.0.1:${server.port}/${path}`,
      );
      const options = [
        '--data',
        data,
        '--port',
        '0',
        '--window',
        `${WINDOW_MS}ms`,
        '--duration',
        `${SECONDS}s`,
      ];
      const engine = startHeadless([...options, ...urls.flatMap((url) => ['--url', url])], {}, node.path);
      const { code } = await engine.exited;
      expect(code, engine.output()).toBe(0);

      const lake = join(data, 'datalake');
      const script = ['test/support/read-lake.mjs', lake];
      const read = JSON.parse(execFileSync(node.path, script, { encoding: 'utf8' })) as Record<
        string,
        unknown
      >;
      expect(read.node).toMatch(new RegExp(`^v${major}\\.`));
      expect(read.targets).toBe('5');
      expect(read.rows).toBe(engine.acknowledged.length);

      const check = await openLakeCheck(lake, WINDOW_MS);
      const keys = await check.rawKeys();
      expect(engine.acknowledged.filter((key) => keys.get(key) !== 1)).toEqual([]);
      expect(await check.missingSeqs()).toEqual([]);
      expect(await check.windowDifferences()).toEqual([]);
      const withResponse = await check.rowsWithResponse();
      check.close();
      // Five targets, one probe a second: no more is missing than what was under way at the stop.
      expect(read.rows).toBeGreaterThanOrEqual(5 * (SECONDS - 1));
      expect(server.requests()).toBeGreaterThanOrEqual(withResponse);
    },
    SECONDS * 1000 + 180_000,
  );
});
