import { AppError, invalidInput, toAppError } from '../../shared/contract/app-error';
import {
  parseHttpUrl,
  type Target,
  type TargetDraft,
  type TargetInput,
  targetDraftSchema,
} from '../../shared/domain/target';
import type { Clock } from '../platform/clock';
import { createGoodCopy } from './good-copy';
import { formatTargetFile, parseTargetFile, type TargetFile } from './target-file';
import { freeId, idOfRequest, requestOf } from './target-identity';
import { createTargetVersions } from './target-versions';
import { createWatchedJsonFile } from './watched-json-file';

/**
 * The configured targets: edited by these methods and by hand in `targets.json`. Nothing is in force before it is durable; a
 * target that did not change stays the same object with the same `configVersion`.
 */
export interface TargetStore {
  start(): Promise<void>;
  /** Idempotent. */
  stop(): Promise<void>;
  list(): readonly Target[];
  /** @throws AppError `conflict` for a request that is monitored already under the same name */
  create(draft: TargetDraft): Promise<Target>;
  update(id: string, draft: TargetDraft): Promise<Target>;
  clone(id: string): Promise<Target>;
  setPaused(id: string, paused: boolean): Promise<Target>;
  delete(id: string): Promise<void>;
  /** Brings back a target deleted in this run: its id, its place in the list, no lower version. */
  undelete(id: string): Promise<Target>;
  /**
   * Targets of this run only: listed after the others, never saved, changed in memory. One whose request the file configures
   * already is not doubled. @throws AppError of a URL or interval that is none
   */
  addRunTargets(inputs: readonly TargetInput[]): readonly Target[];
  /** Ids that were paused when the last run ended: what was due since is not missed, even where they are active again. */
  pausedBefore(): ReadonlySet<string>;
  /** The file as it stands cannot be used, and why; null when it can. */
  problem(): AppError | null;
  /** Calls back when the list or the problem changed. @returns the way to stop */
  listen(onChange: () => void): () => void;
}

export interface TargetStoreOptions {
  /** Of `targets.json`; what was last in force is kept beside it, in `targets.good.json`. */
  path: string;
  clock: Clock;
  /** Given to `addRunTargets` at the start. */
  runTargets?: readonly TargetInput[];
}

interface Deleted {
  target: Target;
  index: number;
  isRunOnly: boolean;
}

export function createTargetStore(options: TargetStoreOptions): TargetStore {
  let saved: TargetFile = { targets: [], written: new Map() };
  let runOnly: readonly Target[] = [];
  let all: readonly Target[] = [];
  let problem: AppError | null = null;
  let pausedBefore: ReadonlySet<string> = new Set();
  const deleted = new Map<string, Deleted>();
  const versions = createTargetVersions();
  const good = createGoodCopy(options.path);
  const listeners = new Set<() => void>();

  const tell = (): void => {
    for (const listener of listeners) listener();
  };
  const setProblem = (next: AppError | null): void => {
    if (next === problem) return;
    problem = next;
    tell();
  };
  /** Keeps the object of what did not change: an equal version means equal content. */
  const adopt = (next: Target): Target => {
    const target = versions.versioned(next);
    const before = saved.targets.find((one) => one.id === target.id);
    return before?.configVersion === target.configVersion ? before : target;
  };
  const putInForce = (next: TargetFile, nextRunOnly: readonly Target[] = runOnly): Promise<void> => {
    saved = next;
    runOnly = nextRunOnly;
    const requests = new Set(saved.targets.map(requestOf));
    const before = all;
    all = [...saved.targets, ...runOnly.filter((target) => !requests.has(requestOf(target)))];
    const isNew = versions.note(all);
    if (!isNew && sameList(before, all)) return Promise.resolve();
    tell();
    return good.write({ file: formatTargetFile(saved), versions: versions.toJson() });
  };

  /** A file that somebody else wrote. */
  const takeIn = (edited: TargetFile): void => {
    const next: TargetFile = { targets: edited.targets.map(adopt), written: edited.written };
    void putInForce(next);
    // Ids and versions that were given here are written back, so that they hold wherever the file goes.
    const isComplete = next.targets.every(
      (target, index) =>
        target.configVersion === edited.targets[index]?.configVersion &&
        edited.written.get(target.id)?.includes('id') === true,
    );
    if (!isComplete) void file.save(() => saved).catch((error: unknown) => setProblem(toAppError(error)));
  };

  const file = createWatchedJsonFile<TargetFile>({
    path: options.path,
    clock: options.clock,
    parse: parseTargetFile,
    format: formatTargetFile,
    onEdited: takeIn,
    onProblem: setProblem,
  });

  /** Saves, then puts in force; `edit` sees what somebody else wrote in the meantime. */
  const change = async (edit: () => { targets: readonly Target[]; result: Target }): Promise<Target> => {
    let edited: ReturnType<typeof edit> | null = null;
    await file.save(() => {
      edited = edit();
      return { targets: edited.targets, written: saved.written };
    });
    if (edited === null) throw new AppError('internal', 'nothing was saved', { domain: 'internal' });
    const { targets, result }: ReturnType<typeof edit> = edited;
    await putInForce({ targets, written: saved.written });
    return result;
  };
  const find = (id: string): Target => {
    const target = all.find((one) => one.id === id);
    if (target !== undefined) return target;
    throw new AppError('not_found', `id: there is no target "${id}"`, { field: 'id' });
  };
  const isSaved = (id: string): boolean => saved.targets.some((one) => one.id === id);
  const replace = async (id: string, edit: (target: Target) => Target): Promise<Target> => {
    if (isSaved(id) || !all.some((one) => one.id === id)) {
      return change(() => {
        const result = adopt(edit(find(id)));
        return { targets: saved.targets.map((one) => (one.id === id ? result : one)), result };
      });
    }
    const result = adopt(edit(find(id)));
    await putInForce(
      saved,
      runOnly.map((one) => (one.id === id ? result : one)),
    );
    return result;
  };
  const takenIds = (): Set<string> =>
    new Set([...saved.targets, ...runOnly].map((one) => one.id).concat(...deleted.keys()));
  const add = (draft: TargetDraft): { targets: readonly Target[]; result: Target } => {
    const result = adopt({ ...draft, id: freeId(idOfRequest(draft), takenIds()), configVersion: 1 });
    return { targets: [...saved.targets, result], result };
  };
  const addRunTargets = (inputs: readonly TargetInput[]): readonly Target[] => {
    const added: Target[] = [];
    for (const input of inputs) {
      const parsed = targetDraftSchema.safeParse(input);
      if (!parsed.success) throw invalidInput(parsed.error);
      const double = [...all, ...added].find((one) => requestOf(one) === requestOf(parsed.data));
      if (double !== undefined) continue;
      const taken = new Set([...takenIds(), ...added.map((one) => one.id)]);
      added.push(
        versions.versioned({ ...parsed.data, id: freeId(idOfRequest(parsed.data), taken), configVersion: 1 }),
      );
    }
    void putInForce(saved, [...runOnly, ...added]);
    return added;
  };

  return {
    async start() {
      const memory = asRecord(await good.read());
      versions.load(memory.versions);
      const before = lastGood(memory.file);
      pausedBefore = new Set(before.targets.filter(({ paused }) => paused).map(({ id }) => id));
      const reading = await file.start();
      if (reading.state === 'read') takeIn(reading.value);
      else if (reading.state === 'broken') await putInForce(before);
      addRunTargets(options.runTargets ?? []);
    },
    async stop() {
      await file.stop();
      await good.written();
    },
    list: () => all,
    create: (draft) =>
      change(() => {
        refuseDouble(all, draft);
        return add(draft);
      }),
    update: (id, draft) =>
      replace(id, ({ configVersion }) => {
        refuseDouble(
          all.filter((one) => one.id !== id),
          draft,
        );
        return { ...draft, id, configVersion };
      }),
    clone: (id) =>
      change(() => {
        const { id: _id, configVersion: _version, ...draft } = find(id);
        return add({ ...draft, name: freeName(draft, all) });
      }),
    setPaused: (id, paused) => replace(id, (target) => ({ ...target, paused })),
    async delete(id) {
      const ofRun = runOnly.find((one) => one.id === id);
      if (ofRun !== undefined) {
        deleted.set(id, { target: ofRun, index: 0, isRunOnly: true });
        return putInForce(
          saved,
          runOnly.filter((one) => one !== ofRun),
        );
      }
      let index = 0;
      const target = await change(() => {
        const result = find(id);
        index = saved.targets.indexOf(result);
        return { targets: saved.targets.filter((one) => one !== result), result };
      });
      deleted.set(id, { target, index, isRunOnly: false });
      // The same request given by --url would stand there again.
      return putInForce(
        saved,
        runOnly.filter((one) => requestOf(one) !== requestOf(target)),
      );
    },
    async undelete(id) {
      const found = deleted.get(id);
      if (found === undefined) {
        throw new AppError('not_found', `id: no target "${id}" was deleted since the start`, { field: 'id' });
      }
      const comeBack = (): Target => {
        if (all.some((one) => one.id === id)) {
          throw new AppError('conflict', `id: there is a target "${id}" again`, { field: 'id' });
        }
        return versions.versioned(found.target);
      };
      let back: Target;
      if (found.isRunOnly) {
        back = comeBack();
        await putInForce(saved, [...runOnly, back]);
      } else {
        back = await change(() => {
          const result = comeBack();
          return { targets: saved.targets.toSpliced(found.index, 0, result), result };
        });
      }
      deleted.delete(id);
      return back;
    },
    addRunTargets,
    pausedBefore: () => pausedBefore,
    problem: () => problem,
    listen(onChange) {
      listeners.add(onChange);
      return () => listeners.delete(onChange);
    },
  };
}

function refuseDouble(others: readonly Target[], draft: TargetDraft): void {
  const isDouble = others.some((one) => requestOf(one) === requestOf(draft) && one.name === draft.name);
  if (!isDouble) return;
  const message = `url: this URL is monitored with ${draft.method} already; give the target another name to add it again`;
  throw new AppError('conflict', message, { field: 'url' });
}

/** `Shop (2)`; of a target without a name, its host's. */
function freeName(draft: TargetDraft, others: readonly Target[]): string {
  const names = new Set(others.map((one) => one.name));
  const base =
    draft.name === '' ? (parseHttpUrl(draft.url)?.host ?? '') : draft.name.replace(/ \(\d+\)$/, '');
  for (let count = 2; ; count += 1) {
    const name = `${base.slice(0, 190)} (${count})`;
    if (!names.has(name)) return name;
  }
}

function sameList(a: readonly Target[], b: readonly Target[]): boolean {
  return a.length === b.length && a.every((target, index) => target === b[index]);
}

function lastGood(json: unknown): TargetFile {
  try {
    return parseTargetFile(json);
  } catch {
    return { targets: [], written: new Map() };
  }
}

function asRecord(json: unknown): Record<string, unknown> {
  return typeof json === 'object' && json !== null ? { ...json } : {};
}
