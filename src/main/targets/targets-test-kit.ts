import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, vi } from 'vitest';
import { type TargetInput, targetDraftSchema } from '../../shared/domain/target';
import { systemClock } from '../platform/clock';
import { createTargetStore } from './target-store';

/** A folder of its own that goes with the test. */
export async function testFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'uptimer-targets-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

/** The wall clock, at one instant: what is named after it has a known name. */
export const stillClock = { ...systemClock, nowUs: () => 1_767_355_445_678_000 };
export const STILL_TIME = '2026-01-02T12-04-05.678Z';

/** Waits for what a hand edit does: it takes effect within a second, later on a busy machine. */
export function soon(check: () => void | Promise<void>): Promise<void> {
  return vi.waitFor(check, { timeout: 10_000, interval: 10 });
}

export async function readJson(path: string): Promise<unknown> {
  return JSON.parse(await readFile(path, 'utf8'));
}

/** Names of the copies of broken files. */
export async function brokenCopies(folder: string): Promise<string[]> {
  return (await readdir(folder)).filter((name) => name.includes('.broken-'));
}

/** Nothing but what has a reason stays in the folder: no temporary files. */
export async function expectOnly(folder: string, names: readonly string[]): Promise<void> {
  expect((await readdir(folder)).sort()).toEqual([...names].sort());
}

export const draftOf = (input: TargetInput) => targetDraftSchema.parse(input);
export const shop = draftOf({ name: 'Shop', url: 'https://shop.example/health' });
export const mail = draftOf({ name: 'Mail', url: 'https://mail.example/' });

/** A started store on a folder, stopped with the test. */
export async function storeIn(folder: string, runTargets: readonly TargetInput[] = []) {
  const store = createTargetStore({ path: join(folder, 'targets.json'), clock: stillClock, runTargets });
  onTestFinished(() => store.stop());
  await store.start();
  return store;
}

/** A store on a folder of its own, with `targets.json` as given. */
export async function newStore(content?: unknown, runTargets: readonly TargetInput[] = []) {
  const folder = await testFolder();
  const path = join(folder, 'targets.json');
  const edit = (next: unknown): Promise<void> =>
    writeFile(path, typeof next === 'string' ? next : JSON.stringify(next));
  if (content !== undefined) await edit(content);
  return { folder, path, edit, targets: await storeIn(folder, runTargets) };
}
