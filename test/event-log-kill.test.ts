import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createEmbeddedEventLog } from '../src/main/event-log/embedded-event-log';
import { systemClock } from '../src/main/platform/clock';
import { createLogger } from '../src/main/platform/logger';
import { systemRandom } from '../src/main/platform/random';

const ROUNDS = 8;

interface Run {
  probeId: string;
  /** Printed, and so acknowledged, before the kill. */
  acknowledged: number[];
}

/** Lets a process append for a while and kills it in the middle of whatever it does. */
function appendAndKill(directory: string, mode: 'keep' | 'trim' | 'clear', afterMs: number): Promise<Run> {
  return new Promise((resolve, reject) => {
    const child = spawn(
      process.execPath,
      ['--import', 'tsx', 'test/support/appending-child.ts', directory, mode],
      { stdio: ['ignore', 'pipe', 'inherit'] },
    );
    let output = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
    child.stdout.once('data', () => setTimeout(() => child.kill('SIGKILL'), afterMs));
    child.on('close', (code, signal) => {
      if (signal !== 'SIGKILL') return reject(new Error(`the child ended by itself: ${code} ${signal}`));
      const whole = output.slice(0, output.lastIndexOf('\n')).split('\n');
      resolve({ probeId: whole[0]?.slice('probe '.length) ?? '', acknowledged: whole.slice(1).map(Number) });
    });
  });
}

describe('a log whose process is killed', () => {
  let folder: string;
  let directory: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'uptimer-kill-'));
    directory = join(folder, 'event-log');
  });

  afterEach(() => rmSync(folder, { recursive: true }));

  /** What the log holds: its identity, its numbers, and the next one. */
  const look = async (): Promise<{ probeId: string; kept: number[]; next: number }> => {
    const log = createEmbeddedEventLog({
      directory,
      proberName: 'kill',
      random: systemRandom,
      clock: systemClock,
      logger: createLogger('warn'),
    });
    await log.start();
    const batch = await log.read(0, 0n, { maxEvents: 10_000_000, waitMs: 0 });
    const next = Number(await log.endOffset(0));
    await log.stop();
    return { probeId: log.probeId, kept: batch.events.map((event) => event.seq), next };
  };

  it('has every acknowledged number exactly once afterwards, without a gap and without a second use', async () => {
    const all: number[] = [];
    const ids = new Set<string>();
    for (let round = 0; round < ROUNDS; round++) {
      const run = await appendAndKill(directory, 'keep', Math.random() * 150);
      all.push(...run.acknowledged);
      ids.add(run.probeId);
    }
    const { probeId, kept, next } = await look();
    expect([...ids]).toEqual([probeId]);
    expect(all.length).toBeGreaterThan(ROUNDS);
    expect(new Set(all).size).toBe(all.length);
    // Gapless from 1: so whatever is in, is in once. What was durable but not yet printed may stand between.
    expect(kept).toEqual(Array.from({ length: kept.length }, (_, index) => index + 1));
    expect(next).toBe(kept.length + 1);
    expect(all.filter((seq) => seq > kept.length)).toEqual([]);
  }, 60_000);

  for (const [mode, what] of [
    ['trim', 'everything was trimmed before the kill'],
    ['clear', 'its file was being made anew'],
  ] as const) {
    it(`goes on counting when ${what}`, async () => {
      const all: number[] = [];
      const ids = new Set<string>();
      for (let round = 0; round < 5; round++) {
        const run = await appendAndKill(directory, mode, Math.random() * 150);
        const { probeId, kept, next } = await look();
        ids.add(run.probeId).add(probeId);
        const highest = run.acknowledged.at(-1) ?? all.at(-1) ?? 0;
        expect(run.acknowledged.every((seq) => seq > (all.at(-1) ?? 0))).toBe(true);
        expect(next).toBeGreaterThan(highest);
        // Whatever is still kept is the gapless end, up to the counter.
        expect(kept).toEqual(kept.map((_, index) => next - kept.length + index));
        all.push(...run.acknowledged);
      }
      expect(ids.size).toBe(1);
      expect(new Set(all).size).toBe(all.length);
    }, 60_000);
  }
});
