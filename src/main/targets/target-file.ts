import { z } from 'zod';
import { AppError, invalidInput } from '../../shared/contract/app-error';
import { type Target, targetSchema } from '../../shared/domain/target';
import { freeId, idOfRequest } from './target-identity';

export const TARGETS_VERSION = 1;

const fileSchema = z.strictObject({
  version: z.number().int().min(1).default(TARGETS_VERSION),
  targets: z.array(z.record(z.string(), z.unknown())),
});

/** The content of `targets.json`: by hand everything but the URL may be left out. */
export interface TargetFile {
  version: typeof TARGETS_VERSION;
  targets: Target[];
}

/** @throws AppError that names the target and the field */
export function parseTargetFile(json: unknown): TargetFile {
  const file = fileSchema.safeParse(json);
  if (!file.success) throw invalidInput(file.error);
  if (file.data.version > TARGETS_VERSION) {
    throw new AppError(
      'too_new',
      `version ${file.data.version} was written by a newer UpTimer; update UpTimer to use it`,
      {
        field: 'version',
      },
    );
  }
  const taken = new Set<string>();
  const given = new Set(file.data.targets.map(({ id }) => id));
  const targets = file.data.targets.map((raw, index) => {
    const id = raw.id ?? idFor(raw, new Set([...taken, ...given].filter((one) => typeof one === 'string')));
    const parsed = targetSchema.safeParse({ ...raw, id });
    if (!parsed.success) throw invalidInput(parsed.error, `targets.${index}`);
    if (taken.has(parsed.data.id)) {
      throw new AppError('conflict', `targets.${index}.id: "${parsed.data.id}" stands there twice`, {
        field: `targets.${index}.id`,
      });
    }
    taken.add(parsed.data.id);
    return parsed.data;
  });
  return { version: TARGETS_VERSION, targets };
}

function idFor(raw: Record<string, unknown>, taken: ReadonlySet<string>): string {
  const method = typeof raw.method === 'string' ? raw.method : 'GET';
  const url = typeof raw.url === 'string' ? raw.url : '';
  return freeId(idOfRequest({ method: method as Target['method'], url }), taken);
}
