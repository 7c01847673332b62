import type { Offset } from '../event-log';

/** How far the partitions that are read here go, and how far the lake is with them. */
export class TopicPlaces {
  /** Behind the last record that is known to be there. */
  readonly #ends = new Map<number, Offset>();
  readonly #committed = new Map<number, Offset>();

  /** 0 where nothing is known. */
  endOf(partition: number): Offset {
    return this.#ends.get(partition) ?? 0n;
  }

  raiseEnd(partition: number, to: Offset): void {
    if (to > this.endOf(partition)) this.#ends.set(partition, to);
  }

  /** What is read first, unless more is known already. */
  begin(partition: number, from: Offset): void {
    if (!this.#committed.has(partition)) this.#committed.set(partition, from);
  }

  commit(partition: number, nextOffset: Offset): void {
    this.#committed.set(partition, nextOffset);
  }

  /** There is nothing more before `offset`, nor behind it. */
  empty(partition: number, offset: Offset): void {
    this.#ends.set(partition, offset);
    this.#committed.set(partition, offset);
  }

  forget(partition: number): void {
    this.#ends.delete(partition);
    this.#committed.delete(partition);
  }

  /** Records that are known to be there and not in the lake, of the partitions that were begun. */
  uncommitted(): number {
    let sum = 0n;
    for (const [partition, end] of this.#ends) {
      const done = this.#committed.get(partition);
      if (done !== undefined && end > done) sum += end - done;
    }
    return Number(sum);
  }
}
