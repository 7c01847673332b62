import type { ProbeResult } from '../../shared/domain/probe-event';

/**
 * What a result holds in memory, estimated: its object with two dozen fields and the numbers they point to, and one
 * byte per character of its texts. Measured on results as they come out of a worker thread: 540 bytes with 60 of text.
 */
const RESULT_BYTES = 480;

/** bytes */
export function estimateBytes(result: ProbeResult): number {
  const texts =
    result.url.length +
    result.target_id.length +
    (result.failure_detail?.length ?? 0) +
    (result.remote_ip?.length ?? 0);
  return RESULT_BYTES + texts;
}

/** Results in order, with the bytes they hold. Taking from the front costs what is taken, not what stays. */
export class ResultQueue {
  #results: ProbeResult[] = [];
  #head = 0;
  #bytes = 0;

  get length(): number {
    return this.#results.length - this.#head;
  }

  get bytes(): number {
    return this.#bytes;
  }

  add(results: readonly ProbeResult[]): void {
    for (const result of results) {
      this.#results.push(result);
      this.#bytes += estimateBytes(result);
    }
  }

  /** Removes and returns up to `count` of the oldest. */
  take(count: number): ProbeResult[] {
    const taken = this.#results.slice(this.#head, this.#head + count);
    this.#head += taken.length;
    for (const result of taken) this.#bytes -= estimateBytes(result);
    if (this.#head > 1024 && this.#head * 2 > this.#results.length) {
      this.#results = this.#results.slice(this.#head);
      this.#head = 0;
    }
    return taken;
  }

  /** Puts back what was taken last: it is the oldest again. */
  putBack(results: readonly ProbeResult[]): void {
    this.#results = [...results, ...this.#results.slice(this.#head)];
    this.#head = 0;
    for (const result of results) this.#bytes += estimateBytes(result);
  }
}
