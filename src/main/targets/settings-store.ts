import { AppError, invalidInput } from '../../shared/contract/app-error';
import { type Settings, type SettingsPatch, settingsSchema } from '../../shared/domain/settings';
import type { Clock } from '../platform/clock';
import { createGoodCopy } from './good-copy';
import { createWatchedJsonFile } from './watched-json-file';

const VERSION = 1;

/** `settings.json`, edited by `update` and by hand. */
export interface SettingsStore {
  start(): Promise<void>;
  /** Idempotent. */
  stop(): Promise<void>;
  /** What is in force: the file's settings, and over them those of the command line. */
  get(): Settings;
  /** Saves, then puts in force; what is set here is no longer overridden. @throws AppError that names the field */
  update(patch: SettingsPatch): Promise<Settings>;
  /** The file as it stands cannot be used, and why; null when it can. */
  problem(): AppError | null;
  /** Calls back when settings or problem changed. @returns the way to stop */
  listen(onChange: () => void): () => void;
}

/** @param options.overrides from the command line: in force for this run, saved nowhere */
export function createSettingsStore(options: {
  path: string;
  clock: Clock;
  overrides?: SettingsPatch;
}): SettingsStore {
  let saved: Settings = settingsSchema.parse({});
  let overrides: SettingsPatch = options.overrides ?? {};
  let current = withPatch(saved, overrides);
  let problem: AppError | null = null;
  const good = createGoodCopy(options.path);
  const listeners = new Set<() => void>();

  const tell = (): void => {
    for (const listener of listeners) listener();
  };
  const putInForce = (next: Settings): Promise<void> => {
    saved = next;
    const before = current;
    current = withPatch(saved, overrides);
    if (JSON.stringify(current) === JSON.stringify(before)) current = before;
    else tell();
    return good.write(formatSettings(saved));
  };

  const file = createWatchedJsonFile<Settings>({
    path: options.path,
    clock: options.clock,
    parse: parseSettings,
    format: formatSettings,
    onEdited: (edited) => void putInForce(edited),
    onProblem(next) {
      if (next === problem) return;
      problem = next;
      tell();
    },
  });

  return {
    async start() {
      const reading = await file.start();
      if (reading.state === 'read') await putInForce(reading.value);
      else if (reading.state === 'broken') await putInForce(lastGood(await good.read()));
    },
    async stop() {
      await file.stop();
      await good.written();
    },
    get: () => current,
    async update(patch) {
      const left = notSetBy(patch, overrides);
      let next = saved;
      await file.save(() => {
        next = checked(withPatch(saved, patch));
        checked(withPatch(next, left));
        return next;
      });
      overrides = left;
      await putInForce(next);
      return current;
    },
    problem: () => problem,
    listen(onChange) {
      listeners.add(onChange);
      return () => listeners.delete(onChange);
    },
  };
}

/** @throws AppError that names the field */
function checked(settings: Settings): Settings {
  const parsed = settingsSchema.safeParse(settings);
  if (!parsed.success) throw invalidInput(parsed.error);
  return parsed.data;
}

/** @throws AppError that names the field */
function parseSettings(json: unknown): Settings {
  const { version = VERSION, ...fields } = typeof json === 'object' && json !== null ? { ...json } : {};
  if (Array.isArray(json) || typeof json !== 'object' || json === null) {
    throw new AppError('invalid_input', 'an object in braces is expected');
  }
  if (typeof version !== 'number' || version < 1) {
    throw new AppError('invalid_input', `version: must be ${VERSION}`, { field: 'version' });
  }
  if (version > VERSION) {
    const message = `version: ${version} was written by a newer UpTimer, this one reads ${VERSION}: update UpTimer`;
    throw new AppError('too_new', message, { field: 'version' });
  }
  return checked(fields as Settings);
}

function formatSettings(settings: Settings): unknown {
  return { version: VERSION, ...settings };
}

function lastGood(json: unknown): Settings {
  try {
    return parseSettings(json);
  } catch {
    return settingsSchema.parse({});
  }
}

type Defined<T> = { [K in keyof T]?: Exclude<T[K], undefined> };

/** Settings with a patch over them; Kafka's are patched one by one. */
export function withPatch(settings: Settings, patch: SettingsPatch): Settings {
  const { kafka, ...flat } = withoutUndefined(patch);
  return { ...settings, ...flat, kafka: { ...settings.kafka, ...withoutUndefined(kafka ?? {}) } };
}

/** What of the overrides a patch leaves alone; of Kafka's settings each stands for itself. */
function notSetBy(patch: SettingsPatch, overrides: SettingsPatch): SettingsPatch {
  const { kafka, ...flat } = overrides;
  const { kafka: setKafka, ...setFlat } = patch;
  const left = without(flat, setFlat);
  return kafka === undefined ? left : { ...left, kafka: without(kafka, setKafka ?? {}) };
}

function without<T extends object>(from: T, names: object): T {
  const set = new Set(Object.keys(withoutUndefined(names)));
  return Object.fromEntries(Object.entries(from).filter(([name]) => !set.has(name))) as T;
}

/** Without entries that are there but undefined: they would overwrite what is set. */
function withoutUndefined<T extends object>(patch: T): Defined<T> {
  return Object.fromEntries(Object.entries(patch).filter(([, value]) => value !== undefined)) as Defined<T>;
}
