import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { targetDraftSchema } from '../../shared/domain/target';
import { parseTargetFile } from './target-file';
import { createTargetStore } from './target-store';
import { readJson, stillClock, testFolder } from './targets-test-kit';

const urls = fc.integer({ min: 0, max: 3 }).map((number) => `http://host/${number}`);
const step = fc.oneof(
  fc.record({ kind: fc.constant('create' as const), url: urls }),
  fc.record({
    kind: fc.constantFrom('pause' as const, 'clone' as const, 'delete' as const),
    which: fc.nat(5),
  }),
  fc.record({ kind: fc.constant('undelete' as const), which: fc.nat(5) }),
  fc.record({
    kind: fc.constant('hand' as const),
    rows: fc.array(
      fc.record({
        url: urls,
        id: fc.constantFrom('a', 'b', 'c', undefined),
        configVersion: fc.constantFrom(1, 2, 9),
      }),
      { maxLength: 3 },
    ),
  }),
  fc.record({ kind: fc.constant('restart' as const) }),
);

it('whatever commands, hand edits and restarts do, ids stay unique, no version goes back, and the file is what is in force', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 4, maxLength: 10 }), async (steps) => {
      const folder = await testFolder();
      const path = join(folder, 'targets.json');
      const open = () => createTargetStore({ path, clock: stillClock });
      let store = open();
      await store.start();
      const highest = new Map<string, { version: number; content: string }>();
      const deletedIds: string[] = [];
      for (const one of steps) {
        const at = <T>(list: readonly T[], which: number): T | undefined =>
          list[which % Math.max(1, list.length)];
        const idOf = (which: number): string => at(store.list(), which)?.id ?? 'none';
        const act = async (): Promise<unknown> => {
          if (one.kind === 'create') return store.create(targetDraftSchema.parse({ url: one.url }));
          if (one.kind === 'clone') return store.clone(idOf(one.which));
          if (one.kind === 'pause') return store.setPaused(idOf(one.which), one.which % 2 === 0);
          if (one.kind === 'undelete') return store.undelete(at(deletedIds, one.which) ?? 'none');
          if (one.kind === 'delete') {
            const id = idOf(one.which);
            await store.delete(id);
            return deletedIds.push(id);
          }
          if (one.kind === 'hand') return writeFile(path, JSON.stringify({ targets: one.rows }));
          await store.stop();
          store = open();
          return store.start();
        };
        await act().catch((error: { code: string }) =>
          expect(['conflict', 'not_found']).toContain(error.code),
        );
        const ids = store.list().map(({ id }) => id);
        expect(new Set(ids).size).toBe(ids.length);
        for (const { configVersion: version, ...content } of store.list()) {
          const before = highest.get(content.id);
          const text = JSON.stringify(content);
          if (before !== undefined)
            expect(version).toBeGreaterThanOrEqual(before.version + (before.content === text ? 0 : 1));
          highest.set(content.id, { version, content: text });
        }
      }
      // A last command takes the last hand edit in.
      await store.create(targetDraftSchema.parse({ url: 'http://last/' }));
      await store.stop();
      expect(parseTargetFile(await readJson(path)).targets).toEqual(store.list());
    }),
    { numRuns: 8 },
  );
});
