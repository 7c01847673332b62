import { maskUrlsIn } from '../../shared/domain/display-url';
import type { QuarantinedRecord } from './lake';

/** Of a longer key or value only the beginning is kept. */
const MAX_CONTENT_BYTES = 64 * 1024;
/** Content that waits for a flush; what comes beyond is named without its content. */
const MAX_WAITING_BYTES = 8 * 1024 * 1024;
/** What one waiting record costs beside its content, roughly. */
const RECORD_BYTES = 512;

/** A key or value as it stands in a line: as text where it is UTF-8, its URLs masked (invariant I8), in base64 otherwise. */
interface Content {
  text?: string;
  base64?: string;
  /** What it had before it was cut or left out. */
  bytes: number;
}

/** A record as it will be written. */
export interface Waiting {
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

function contentOf(buffer: Buffer | null, isKept: boolean): Content | null {
  if (buffer === null) return null;
  if (!isKept) return { bytes: buffer.length };
  const part = buffer.subarray(0, MAX_CONTENT_BYTES);
  const text = textOf(part, part.length < buffer.length);
  return text === null
    ? { base64: part.toString('base64'), bytes: buffer.length }
    : { text: maskUrlsIn(text), bytes: buffer.length };
}

/** Null when it is not UTF-8. A character that the cut went through is left out. */
function textOf(part: Buffer, isCut: boolean): string | null {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(part, { stream: isCut });
  } catch {
    return null;
  }
}
