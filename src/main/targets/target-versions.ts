import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { Target } from '../../shared/domain/target';

const seenSchema = z.record(
  z.string(),
  z.object({ configVersion: z.number().int().min(1), digest: z.string() }),
);

/**
 * Which `configVersion` every id has reached, and with which content. Versions of an id never go back: not when somebody
 * writes a lower one by hand, not over delete and undelete, not over a restart.
 */
export interface TargetVersions {
  /** The same target with the version that its content deserves: a higher one when the content is new. */
  versioned(target: Target): Target;
  /** Takes note of targets that are in force now. @returns whether anything was new */
  note(targets: readonly Target[]): boolean;
  /** For the copy on disk. */
  toJson(): unknown;
  /** Takes in a copy from disk; what is none is ignored. */
  load(json: unknown): void;
}

export function createTargetVersions(): TargetVersions {
  const seen = new Map<string, { configVersion: number; digest: string }>();
  return {
    versioned(target) {
      const before = seen.get(target.id);
      if (before === undefined) return target;
      const configVersion =
        before.digest === digestOf(target)
          ? before.configVersion
          : Math.max(target.configVersion, before.configVersion + 1);
      return { ...target, configVersion };
    },
    note(targets) {
      let isNew = false;
      for (const target of targets) {
        const digest = digestOf(target);
        const before = seen.get(target.id);
        if (before?.configVersion === target.configVersion && before.digest === digest) continue;
        seen.set(target.id, { configVersion: target.configVersion, digest });
        isNew = true;
      }
      return isNew;
    },
    toJson: () => Object.fromEntries(seen),
    load(json) {
      const parsed = seenSchema.safeParse(json);
      for (const [id, entry] of Object.entries(parsed.data ?? {})) seen.set(id, entry);
    },
  };
}

/** Of everything a person configures; the order of properties does not matter. */
function digestOf({ configVersion: _version, ...content }: Target): string {
  const text = JSON.stringify(Object.entries(content).sort(([a], [b]) => (a < b ? -1 : 1)));
  return createHash('sha256').update(text).digest('hex').slice(0, 32);
}
