import { open, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { QuarantinedRecord } from './lake';
import { dateOfFolder, partitionText } from './lake-file';
import type { LakeState } from './lake-state';
import { dateOf } from './sql-text';

const ROOT = 'quarantine';
/** Of a longer key or value only the beginning is kept. */
const MAX_CONTENT_BYTES = 64 * 1024;
/** Content that waits for a flush; what comes beyond is named without its content. */
const MAX_WAITING_BYTES = 8 * 1024 * 1024;
/** What one waiting record costs beside its content, roughly. */
const RECORD_BYTES = 512;
const NAME = /^uptimer-p(\d{2,4})-\d+-\d+-(\d+)\.jsonl$/;

/** A key or value as it stands in a line: as text where it is UTF-8, in base64 otherwise. */
interface Content {
  text?: string;
  base64?: string;
  /** What it had before it was cut or left out. */
  bytes: number;
}

interface Waiting {
  offset: bigint;
  line: string;
}

/** Records that became no events, on their way to `quarantine/date=YYYY-MM-DD/…jsonl`: a line of JSON each. */
export class Quarantine {
  #waiting: Waiting[] = [];
  #bytes = 0;

  get records(): number {
    return this.#waiting.length;
  }

  get fill(): number {
    return Math.min(1, this.#bytes / MAX_WAITING_BYTES);
  }

  add(records: readonly QuarantinedRecord[]): void {
    for (const { key, value, ...record } of records) {
      const fits = this.#bytes < MAX_WAITING_BYTES;
      const line = JSON.stringify({ ...record, key: contentOf(key, fits), value: contentOf(value, fits) });
      this.#waiting.push({ offset: BigInt(record.offset), line });
      this.#bytes += line.length + RECORD_BYTES;
    }
  }

  /** What waits now; it stays here until `written` says that it is durable. */
  cut(): readonly Waiting[] {
    return [...this.#waiting];
  }

  written(cut: readonly Waiting[]): void {
    this.#waiting = this.#waiting.slice(cut.length);
    this.#bytes = this.#waiting.reduce((sum, { line }) => sum + line.length + RECORD_BYTES, 0);
  }

  clear(): void {
    this.#waiting = [];
    this.#bytes = 0;
  }
}

/**
 * Makes what waited at the time of `cut` durable in one file. Its name ends with the serial of the checkpoint that will count
 * on it, so that a start that finds an older checkpoint knows that these records are read again.
 */
export async function flushQuarantine(state: LakeState, cut: ReturnType<Quarantine['cut']>): Promise<void> {
  if (cut.length === 0) return;
  const { disk } = state;
  const offsets = cut.map(({ offset }) => offset).sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
  const folder = `${ROOT}/date=${dateOf(state.clock.nowUs())}`;
  const name = `uptimer-${partitionText(disk.partition)}-${offsets[0]}-${offsets.at(-1)}-${state.serial + 1}.jsonl`;
  const temporary = disk.temporary('jsonl');
  try {
    await disk.write(temporary, async () => {
      const handle = await open(disk.absolute(temporary), 'wx');
      try {
        await handle.writeFile(`${cut.map(({ line }) => line).join('\n')}\n`);
      } finally {
        await handle.close();
      }
    });
    await disk.rename(temporary, `${folder}/${name}`);
  } catch (error) {
    await disk.discard([temporary]);
    throw error;
  }
  state.uncommitted = true;
  state.quarantine.written(cut);
}

/**
 * Removes files that were written after a checkpoint: their records are read from the log again.
 * @param serial of the checkpoint whose progress is gone on from
 */
export async function removeQuarantineAfter(state: LakeState, serial: number): Promise<void> {
  for (const file of await filesOf(state)) if (file.serial > serial) await state.disk.remove(file.path);
}

/** The highest serial in the names of this partition's files, 0 without any: one that was lost is not given again. */
export async function highestQuarantineSerial(state: LakeState): Promise<number> {
  return (await filesOf(state)).reduce((highest, { serial }) => Math.max(highest, serial), 0);
}

async function filesOf(state: LakeState): Promise<{ path: string; serial: number }[]> {
  const found: { path: string; serial: number }[] = [];
  for (const folder of await readdir(join(state.directory, ROOT)).catch(() => [])) {
    if (dateOfFolder(folder) === null) continue;
    for (const name of await readdir(join(state.directory, ROOT, folder)).catch(() => [])) {
      const [, partition, serial] = NAME.exec(name) ?? [];
      if (Number(partition) !== state.disk.partition) continue;
      found.push({ path: `${ROOT}/${folder}/${name}`, serial: Number(serial) });
    }
  }
  return found;
}

function contentOf(buffer: Buffer | null, isKept: boolean): Content | null {
  if (buffer === null) return null;
  if (!isKept) return { bytes: buffer.length };
  const part = buffer.subarray(0, MAX_CONTENT_BYTES);
  const text = textOf(part, part.length < buffer.length);
  return text === null
    ? { base64: part.toString('base64'), bytes: buffer.length }
    : { text, bytes: buffer.length };
}

/** Null when it is not UTF-8. A character that the cut went through is left out. */
function textOf(part: Buffer, isCut: boolean): string | null {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(part, { stream: isCut });
  } catch {
    return null;
  }
}
