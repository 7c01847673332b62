import { z } from 'zod';
import { AppError, invalidInput } from '../../shared/contract/app-error';
import { type Target, targetSchema } from '../../shared/domain/target';
import { freeId, idOfRequest } from './target-identity';

const VERSION = 1;

const fileSchema = z.strictObject({
  version: z.number().int().min(1).default(VERSION),
  targets: z.array(z.record(z.string(), z.unknown())),
});

/** The content of `targets.json`. */
export interface TargetFile {
  readonly targets: readonly Target[];
  /** By id: the properties that somebody wrote, in their order. They are written again even where they say the default. */
  readonly written: ReadonlyMap<string, readonly string[]>;
}

/**
 * Everything but the URL may be left out by hand: the schema's defaults fill it, and an id is made of method and URL.
 * @throws AppError whose `field` names target and property, such as `targets.2.intervalMs`
 */
export function parseTargetFile(json: unknown): TargetFile {
  refuseNewer(json);
  const file = fileSchema.safeParse(json);
  if (!file.success) throw invalidInput(file.error);
  const rows = file.data.targets;
  const given = rows.map(({ id }) => id).filter((id) => typeof id === 'string');
  const taken = new Set<string>(given);
  const targets: Target[] = [];
  const written = new Map<string, readonly string[]>();
  for (const [index, row] of rows.entries()) {
    const target = parseTarget(row, index, taken);
    if (written.has(target.id)) {
      const field = `targets.${index}.id`;
      throw new AppError('conflict', `${field}: "${target.id}" is the id of two targets`, { field });
    }
    taken.add(target.id);
    targets.push(target);
    written.set(target.id, Object.keys(row));
  }
  return { targets, written };
}

/** Properties that say the default are left out, unless somebody wrote them: the file stays as short as a hand would write it. */
export function formatTargetFile({ targets, written }: TargetFile): unknown {
  return {
    version: VERSION,
    targets: targets.map((target) => formatTarget(target, written.get(target.id) ?? [])),
  };
}

function parseTarget(row: Record<string, unknown>, index: number, taken: ReadonlySet<string>): Target {
  // An id is made only for what is valid otherwise.
  const parsed = targetSchema.safeParse({ ...row, id: row.id ?? 'none-yet' });
  if (!parsed.success) throw missingSaidPlainly(invalidInput(parsed.error, `targets.${index}`), row);
  return row.id === undefined ? { ...parsed.data, id: freeId(idOfRequest(parsed.data), taken) } : parsed.data;
}

/** The schema says of a property that is not there that it is not of the right type. */
function missingSaidPlainly(error: AppError, row: Record<string, unknown>): AppError {
  if (row.url !== undefined || error.field?.endsWith('.url') !== true) return error;
  return new AppError('invalid_input', `${error.field}: is missing`, { field: error.field });
}

function formatTarget(target: Target, written: readonly string[]): Record<string, unknown> {
  const defaults: Record<string, unknown> = targetSchema.parse({ id: target.id, url: target.url });
  const all: Record<string, unknown> = { ...target };
  const needed = ['id', 'name', 'url', ...Object.keys(all), 'configVersion'].filter(
    (key) => key === 'id' || key === 'url' || JSON.stringify(all[key]) !== JSON.stringify(defaults[key]),
  );
  return Object.fromEntries(
    [...written, ...needed].filter((key) => key in all).map((key) => [key, all[key]]),
  );
}

function refuseNewer(json: unknown): void {
  if (typeof json !== 'object' || json === null || !('version' in json)) return;
  if (typeof json.version === 'number' && json.version > VERSION) {
    throw new AppError(
      'too_new',
      `version: ${json.version} was written by a newer UpTimer, this one reads ${VERSION}: update UpTimer`,
      { field: 'version' },
    );
  }
}
