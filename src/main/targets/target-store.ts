import { AppError, invalidInput } from '../../shared/contract/app-error';
import {
  type Target,
  type TargetDraft,
  type TargetInput,
  targetDraftSchema,
} from '../../shared/domain/target';
import type { Clock } from '../platform/clock';
import { parseTargetFile, TARGETS_VERSION, type TargetFile } from './target-file';
import { freeId, idOfRequest } from './target-identity';
import { WatchedJsonFile } from './watched-json-file';

export interface TargetStoreOptions {
  path: string;
  clock: Clock;
  /** Targets for this run only: listed with the others, never saved. */
  runTargets: readonly TargetInput[];
}

/** The configured targets: edited through these methods and by hand in `targets.json`, whichever comes last. */
export interface TargetStore {
  start(): Promise<void>;
  stop(): Promise<void>;
  list(): readonly Target[];
  create(draft: TargetDraft): Promise<Target>;
  update(id: string, draft: TargetDraft): Promise<Target>;
  clone(id: string): Promise<Target>;
  setPaused(id: string, paused: boolean): Promise<Target>;
  delete(id: string): Promise<void>;
  /** Brings back a target deleted in this run, under its old id. */
  undelete(id: string): Promise<Target>;
  /** The file as it stands cannot be used, and why; null when it can. */
  problem(): AppError | null;
  listen(onChange: () => void): () => void;
}

export function createTargetStore(options: TargetStoreOptions): TargetStore {
  let saved: Target[] = [];
  let runOnly: Target[] = [];
  let all: readonly Target[] = [];
  let problem: AppError | null = null;
  const deleted = new Map<string, Target>();
  /** The highest version an id ever had in this run: it never goes back, not even over delete and undelete. */
  const versions = new Map<string, number>();
  const listeners = new Set<() => void>();

  const publish = (): void => {
    const ids = new Set(saved.map((target) => target.id));
    const requests = new Set(saved.map(requestOf));
    // A `--url` that the file configures already is that target.
    all = [...saved, ...runOnly.filter((target) => !ids.has(target.id) && !requests.has(requestOf(target)))];
    for (const listener of listeners) listener();
  };

  /** Keeps what did not change as it was, and raises the version of what did. */
  const versioned = (next: Target): Target => {
    const before = saved.find((target) => target.id === next.id) ?? deleted.get(next.id);
    const highest = Math.max(versions.get(next.id) ?? 0, before?.configVersion ?? 0);
    const same = before !== undefined && contentOf(before) === contentOf(next);
    const configVersion = same ? highest : Math.max(next.configVersion, highest + 1);
    versions.set(next.id, configVersion);
    if (same && before.configVersion === configVersion) return before;
    return { ...next, configVersion };
  };

  const file = new WatchedJsonFile<TargetFile>({
    path: options.path,
    clock: options.clock,
    parse: parseTargetFile,
    onEdited: (edited) => {
      const before = JSON.stringify(saved);
      saved = edited.targets.map(versioned);
      publish();
      // Ids and versions that the engine gave are written back, so that they hold after a restart.
      if (JSON.stringify(edited.targets) !== JSON.stringify(saved) && JSON.stringify(saved) !== before) {
        void file.save(() => ({ version: TARGETS_VERSION, targets: saved })).catch(() => undefined);
      }
    },
    onProblem: (next) => {
      if (next === problem) return;
      problem = next;
      for (const listener of listeners) listener();
    },
  });

  /** Saves a changed list; nothing is in force before it is durable. */
  const change = async <R>(edit: () => { targets: Target[]; result: R }): Promise<R> => {
    let edited: { targets: Target[]; result: R } | null = null;
    await file.save(() => {
      edited = edit();
      return { version: TARGETS_VERSION, targets: edited.targets };
    });
    const { targets, result } = edited as unknown as { targets: Target[]; result: R };
    saved = targets;
    publish();
    return result;
  };
  const find = (id: string): Target => {
    const target = all.find((one) => one.id === id);
    if (target === undefined)
      throw new AppError('not_found', `id: there is no target "${id}"`, { field: 'id' });
    return target;
  };
  const refuseDouble = (draft: TargetDraft, except: string | null): void => {
    const double = all.find(
      (one) => one.id !== except && requestOf(one) === requestOf(draft) && one.name === draft.name,
    );
    if (double === undefined) return;
    throw new AppError(
      'conflict',
      `url: ${draft.method} on this URL is monitored already; give it another name to add it again`,
      {
        field: 'url',
      },
    );
  };
  const replace = (id: string, edit: (target: Target) => Target): Promise<Target> =>
    change(() => {
      const next = versioned(edit(find(id)));
      // Editing a target of this run makes it one to keep.
      const known = saved.some((one) => one.id === id);
      return {
        targets: known ? saved.map((one) => (one.id === id ? next : one)) : [...saved, next],
        result: next,
      };
    });
  const add = (draft: TargetDraft, wantedId: string): Promise<Target> =>
    change(() => {
      const taken = new Set([...all.map((one) => one.id), ...deleted.keys()]);
      const target = versioned({ ...draft, id: freeId(wantedId, taken), configVersion: 1 });
      return { targets: [...saved, target], result: target };
    });

  return {
    async start() {
      runOnly = options.runTargets.map((input) => {
        const parsed = targetDraftSchema.safeParse(input);
        if (!parsed.success) throw invalidInput(parsed.error);
        return { ...parsed.data, id: idOfRequest(parsed.data), configVersion: 1 };
      });
      const read = await file.start();
      saved = (read?.targets ?? []).map(versioned);
      publish();
    },
    stop: () => file.stop(),
    list: () => all,
    create(draft) {
      refuseDouble(draft, null);
      return add(draft, idOfRequest(draft));
    },
    update(id, draft) {
      find(id);
      refuseDouble(draft, id);
      return replace(id, (target) => ({ ...draft, id, configVersion: target.configVersion }));
    },
    clone(id) {
      const { id: _id, configVersion: _version, ...draft } = find(id);
      const names = new Set(all.map((one) => one.name));
      const base = draft.name === '' ? new URL(draft.url.replace(/\$\{[^}]*\}/g, 'x')).host : draft.name;
      let name = `${base} (2)`;
      for (let count = 3; names.has(name); count += 1) name = `${base} (${count})`;
      return add({ ...draft, name }, idOfRequest(draft));
    },
    setPaused: (id, paused) => replace(id, (target) => ({ ...target, paused })),
    async delete(id) {
      const target = find(id);
      if (!saved.some((one) => one.id === id)) {
        runOnly = runOnly.filter((one) => one.id !== id);
        deleted.set(id, target);
        publish();
        return;
      }
      await change(() => ({ targets: saved.filter((one) => one.id !== id), result: undefined }));
      deleted.set(id, target);
    },
    async undelete(id) {
      const target = deleted.get(id);
      if (target === undefined) {
        throw new AppError('not_found', `id: no target "${id}" was deleted since the start`, { field: 'id' });
      }
      const back = await change(() => {
        const again = { ...target, configVersion: (versions.get(id) ?? target.configVersion) + 1 };
        versions.set(id, again.configVersion);
        return { targets: [...saved, again], result: again };
      });
      deleted.delete(id);
      return back;
    },
    problem: () => problem,
    listen(onChange) {
      listeners.add(onChange);
      return () => listeners.delete(onChange);
    },
  };
}

function requestOf({ method, url }: Pick<Target, 'method' | 'url'>): string {
  return `${method} ${url}`;
}

/** Everything a person configures, as a text to compare. */
function contentOf({ configVersion: _version, ...content }: Target): string {
  return JSON.stringify(Object.entries(content).sort(([a], [b]) => (a < b ? -1 : 1)));
}
