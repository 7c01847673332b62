import { statSync } from 'node:fs';
import { z } from 'zod';
import { AppError } from '../../shared/contract/app-error';
import { type Environment, openEnvironment, replaceDataFile } from './environment';
import { createFileRoom, type FileRoom } from './file-room';
import { corrupt, toLogError, tooNew } from './log-error';

const STATE_KEY = 'log';
const STATE_VERSION = 1;
/** Removals per transaction: its pages stay few, and an append waits for one of them at most. */
const REMOVALS = 1000;
/** Pages that a transaction may write besides its values: both tables' branches, copied on write. */
const TREE_BYTES = 64 * 4096;
/** The list of free pages takes 8 bytes per page and is rewritten: this share of the file is several times that. */
const FREE_LIST_SHARE = 1 / 128;

const versionSchema = z.looseObject({ version: z.number().int() });
const stateSchema = z.object({
  version: z.literal(STATE_VERSION),
  probeId: z.string().min(1),
  nextSeq: z.number().int().min(1),
});

export interface LogState {
  probeId: string;
  /** What the next event gets. */
  nextSeq: number;
}

/** The log's tables as transactions. Callers keep writes serial. Everything throws AppErrors. */
export interface BatchStore {
  readonly state: LogState;
  /** LMDB itself failed in a write: the store is to be closed and opened again before the next one. */
  readonly failed: boolean;
  /** First `seq` of the first batch; `nextSeq` when there is none. */
  firstSeq(): number;
  /** Stores one batch and moves the counter, in one durable transaction. */
  append(value: Buffer, count: number): Promise<void>;
  /** Batches in order, from the one that holds `seq` (or the first above it) on; consume at once, in one turn. */
  batchesFrom(seq: number): Iterable<{ firstSeq: number; value: Buffer }>;
  /** Removes batches wholly below `seq`, durably. */
  removeBelow(seq: number): Promise<void>;
  /** Removes all batches; the counter stays. */
  clear(): Promise<void>;
  /** Gives the space of an empty store back to the disk: removing only frees pages inside the file. */
  shrink(): Promise<void>;
  fileBytes(): number;
  close(): Promise<void>;
}

/**
 * Opens the store of `directory`, making it with `newProbeId` where there is none.
 * @throws AppError `too_new`, `corrupt`, `no_space`, `not_writable`
 */
export async function openBatchStore(directory: string, newProbeId: () => string): Promise<BatchStore> {
  let environment: Environment;
  try {
    environment = await openEnvironment(directory);
  } catch (error) {
    throw toLogError(error, directory);
  }
  try {
    const store = new LmdbBatchStore(directory, environment);
    await store.load(newProbeId);
    return store;
  } catch (error) {
    await environment.close();
    throw toLogError(error, directory);
  }
}

class LmdbBatchStore implements BatchStore {
  state: LogState = { probeId: '', nextSeq: 1 };
  failed = false;
  readonly #directory: string;
  #environment: Environment;
  #room: FileRoom;

  constructor(directory: string, environment: Environment) {
    this.#directory = directory;
    this.#environment = environment;
    this.#room = createFileRoom(environment.dataFile);
  }

  async load(newProbeId: () => string): Promise<void> {
    const { state, batches } = this.#environment;
    const stored = state.get(STATE_KEY);
    const last = firstKey(batches, { reverse: true });
    if (stored === undefined) {
      if (last !== null) throw corrupt(this.#directory, 'its counter is missing');
      const fresh = { version: STATE_VERSION, probeId: newProbeId(), nextSeq: 1 };
      await this.#write(0, () => state.ifNoExists(STATE_KEY, () => state.put(STATE_KEY, fresh, 1)));
      this.state = { probeId: fresh.probeId, nextSeq: 1 };
      return;
    }
    const version = versionSchema.safeParse(stored);
    if (version.success && version.data.version > STATE_VERSION) throw tooNew(this.#directory);
    const parsed = stateSchema.safeParse(stored);
    if (!parsed.success) throw corrupt(this.#directory, 'its counter cannot be read');
    this.state = { probeId: parsed.data.probeId, nextSeq: parsed.data.nextSeq };
    if (last !== null && last >= this.state.nextSeq) {
      throw corrupt(this.#directory, 'its counter is behind its batches');
    }
  }

  firstSeq(): number {
    return firstKey(this.#environment.batches, {}) ?? this.state.nextSeq;
  }

  async append(value: Buffer, count: number): Promise<void> {
    const { batches, state } = this.#environment;
    const { probeId, nextSeq } = this.state;
    const next = { version: STATE_VERSION, probeId, nextSeq: nextSeq + count };
    await this.#write(value.length, () =>
      state.ifVersion(STATE_KEY, nextSeq, () => {
        batches.put(nextSeq, value);
        state.put(STATE_KEY, next, next.nextSeq);
      }),
    );
    this.state = { probeId, nextSeq: next.nextSeq };
  }

  *batchesFrom(seq: number): Iterable<{ firstSeq: number; value: Buffer }> {
    try {
      const { batches } = this.#environment;
      const start = firstKey(batches, { start: seq, reverse: true }) ?? seq;
      for (const { key, value } of batches.getRange({ start })) yield { firstSeq: key, value };
    } catch (error) {
      throw toLogError(error, this.#directory);
    }
  }

  async removeBelow(seq: number): Promise<void> {
    const { batches } = this.#environment;
    for (;;) {
      // Batches follow each other without a gap: one ends where the next begins.
      const starts = [...batches.getKeys({ limit: REMOVALS + 1 })];
      const gone = starts.filter((_, index) => (starts[index + 1] ?? this.state.nextSeq) <= seq);
      const due = gone.slice(0, REMOVALS);
      if (due.length === 0) return;
      await this.#write(0, () => batches.batch(() => due.forEach((start) => void batches.remove(start))));
      if (due.length < REMOVALS) return;
    }
  }

  async clear(): Promise<void> {
    await this.#write(0, () => this.#environment.batches.clearAsync().then(() => true));
  }

  async shrink(): Promise<void> {
    const { probeId, nextSeq } = this.state;
    const usedBytes = this.#environment.usedBytes();
    // Until the new file is open, nothing may be written: a failure on the way has the store opened anew.
    this.failed = true;
    try {
      await this.#environment.close();
      await replaceDataFile(this.#directory, usedBytes, ({ state }) =>
        state.put(STATE_KEY, { version: STATE_VERSION, probeId, nextSeq }, nextSeq),
      );
      this.#environment = await openEnvironment(this.#directory);
      this.#room = createFileRoom(this.#environment.dataFile);
      this.failed = false;
    } catch (error) {
      throw toLogError(error, this.#directory);
    }
  }

  fileBytes(): number {
    return statSync(this.#environment.dataFile, { throwIfNoEntry: false })?.size ?? 0;
  }

  close(): Promise<void> {
    return this.#environment.close();
  }

  async #write(valueBytes: number, write: () => Promise<boolean>): Promise<void> {
    const used = this.#environment.usedBytes();
    const overhead = TREE_BYTES + used * FREE_LIST_SHARE;
    // An append leaves as much behind as a removal needs: on a full disk, space can still be given back.
    const needed = used + (valueBytes > 0 ? valueBytes + 2 * overhead : overhead);
    await this.#room.ensure(Math.ceil(needed), used);
    let applied: boolean;
    try {
      applied = await write();
    } catch (error) {
      this.failed = true;
      throw toLogError(await causeOf(error), this.#directory);
    }
    if (!applied) {
      throw new AppError('in_use', `Another process writes to the event log in ${this.#directory}.`, {
        domain: 'external',
      });
    }
  }
}

/** An iteration is always ended: one left open holds its snapshot, and no page freed since would be used again. */
function firstKey(
  batches: Environment['batches'],
  range: { start?: number; reverse?: boolean },
): number | null {
  for (const key of batches.getKeys({ ...range, limit: 1 })) return key;
  return null;
}

/** lmdb rejects with a generic error that carries the cause as a promise, which must not stay unhandled. */
async function causeOf(error: unknown): Promise<unknown> {
  if (!(error instanceof Error && 'commitError' in error)) return error;
  return Promise.resolve(error.commitError).catch((cause: unknown) => cause);
}
