import type { ProbeEvent } from '../../shared/domain/probe-event';

/**
 * The newest events as they were appended, so that the live reader never decodes. Holds whole batches, gapless, up to
 * `maxEvents` events.
 */
export class RecentBatches {
  readonly #maxEvents: number;
  #batches: (readonly ProbeEvent[])[] = [];
  #events = 0;

  constructor(maxEvents: number) {
    this.#maxEvents = maxEvents;
  }

  add(batch: readonly ProbeEvent[]): void {
    this.#batches.push(batch);
    this.#events += batch.length;
    let dropped = 0;
    while (this.#events > this.#maxEvents && dropped < this.#batches.length) {
      this.#events -= this.#batches[dropped++]?.length ?? 0;
    }
    if (dropped > 0) this.#batches.splice(0, dropped);
  }

  /** Up to `maxEvents` events from `fromSeq` on, or null when they are not all here. */
  read(fromSeq: number, maxEvents: number): readonly ProbeEvent[] | null {
    const index = this.#batchWith(fromSeq);
    if (index === null) return null;
    const first = this.#batches[index] ?? [];
    const skipped = fromSeq - (first[0]?.seq ?? fromSeq);
    // The usual case: the reader takes exactly one batch, which needs no copy.
    if (skipped === 0 && index === this.#batches.length - 1 && first.length <= maxEvents) return first;
    const events = first.slice(skipped, skipped + maxEvents);
    for (let next = index + 1; next < this.#batches.length && events.length < maxEvents; next++) {
      const batch = this.#batches[next] ?? [];
      const room = maxEvents - events.length;
      for (const event of batch.length <= room ? batch : batch.slice(0, room)) events.push(event);
    }
    return events;
  }

  /** Forgets batches wholly below `seq`. */
  dropBelow(seq: number): void {
    const kept = this.#batches.findIndex((batch) => (batch.at(-1)?.seq ?? 0) >= seq);
    const gone = this.#batches.splice(0, kept < 0 ? this.#batches.length : kept);
    for (const batch of gone) this.#events -= batch.length;
  }

  /** Index of the batch that holds `seq`: a binary search, as a backlog may be many small batches. */
  #batchWith(seq: number): number | null {
    let low = 0;
    let high = this.#batches.length - 1;
    while (low <= high) {
      const middle = (low + high) >> 1;
      const batch = this.#batches[middle];
      if (batch === undefined) return null;
      if ((batch[0]?.seq ?? 0) > seq) high = middle - 1;
      else if ((batch.at(-1)?.seq ?? 0) < seq) low = middle + 1;
      else return middle;
    }
    return null;
  }
}
