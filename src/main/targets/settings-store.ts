import { type AppError, invalidInput } from '../../shared/contract/app-error';
import { type Settings, type SettingsPatch, settingsSchema } from '../../shared/domain/settings';
import type { Clock } from '../platform/clock';
import { WatchedJsonFile } from './watched-json-file';

export interface SettingsStore {
  start(): Promise<void>;
  stop(): Promise<void>;
  get(): Settings;
  update(patch: SettingsPatch): Promise<Settings>;
  problem(): AppError | null;
  listen(onChange: () => void): () => void;
}

/** `settings.json`, edited by commands and by hand. `overrides` come from the command line: in force, never saved. */
export function createSettingsStore(options: {
  path: string;
  clock: Clock;
  overrides: SettingsPatch;
}): SettingsStore {
  let saved: Settings = settingsSchema.parse({});
  let overrides = options.overrides;
  let problem: AppError | null = null;
  const listeners = new Set<() => void>();
  const tell = (): void => {
    for (const listener of listeners) listener();
  };
  const current = (): Settings => ({ ...saved, ...defined(overrides) });

  const file = new WatchedJsonFile<Settings>({
    path: options.path,
    clock: options.clock,
    parse: (json) => {
      const parsed = settingsSchema.safeParse(json);
      if (!parsed.success) throw invalidInput(parsed.error);
      return parsed.data;
    },
    onEdited: (edited) => {
      saved = edited;
      tell();
    },
    onProblem: (next) => {
      if (next === problem) return;
      problem = next;
      tell();
    },
  });

  return {
    async start() {
      saved = (await file.start()) ?? saved;
      tell();
    },
    stop: () => file.stop(),
    get: current,
    async update(patch) {
      let next = saved;
      await file.save(() => {
        const merged = settingsSchema.safeParse({ ...saved, ...defined(patch) });
        if (!merged.success) throw invalidInput(merged.error);
        next = merged.data;
        return next;
      });
      saved = next;
      // What a person sets while it runs wins over how it was started.
      overrides = Object.fromEntries(Object.entries(overrides).filter(([name]) => !(name in patch)));
      tell();
      return current();
    },
    problem: () => problem,
    listen(onChange) {
      listeners.add(onChange);
      return () => listeners.delete(onChange);
    },
  };
}

type Defined<T> = { [K in keyof T]?: Exclude<T[K], undefined> };

/** Without entries that are there but undefined: they would overwrite what is set. */
function defined(patch: SettingsPatch): Defined<SettingsPatch> {
  return Object.fromEntries(Object.entries(patch).filter(([, value]) => value !== undefined));
}
