import type { KafkaMessage } from 'kafkajs';
import type { LogBreach, LogPlace, Offset } from '../event-log';

/** Records, and bytes of their values, that wait for the reader at most before fetching pauses. */
const MAX_QUEUED = 2_000;
const MAX_QUEUED_BYTES = 8 * 1_048_576;
/** Bytes of values that are taken at once, beyond one record: what is made of them stands in memory at the same time. */
const TAKE_BYTES = 1_048_576;

interface Chunk {
  records: readonly KafkaMessage[];
  /** Of `records`: the first that was not taken yet. */
  at: number;
  /** The offset behind the chunk. */
  nextOffset: Offset;
  /** What is met here instead of records. */
  breach: LogBreach | null;
}

/** What a reader takes at once. */
export interface FeedTake {
  records: readonly KafkaMessage[];
  from: number;
  to: number;
  nextOffset: Offset;
  breach: LogBreach | null;
}

/** The records of one partition between the fetches and the reader. */
export class PartitionFeed {
  /** The offset that the next fetch asks for. */
  fetchOffset: Offset;
  /** The place that the first record fetched has to follow; null once that was seen, or where nothing is known. */
  expected: LogPlace | null;
  /** Since when the log ends before the record that was to be seen again, monotonic; null while it does not. */
  absentSinceMs: number | null = null;
  /** As last heard from the broker, */
  highWatermark: Offset | null = null;
  /** and when that was, monotonic. */
  heardMs = Number.NEGATIVE_INFINITY;
  #chunks: Chunk[] = [];
  #queued = 0;
  #queuedBytes = 0;
  #wake: (() => void)[] = [];

  constructor(
    readonly partition: number,
    /** Where the reader stands. */
    private place: LogPlace,
  ) {
    this.expected = null;
    this.fetchOffset = place.nextOffset;
    this.restart();
  }

  /** Where the reader stands. */
  get nextOffset(): Offset {
    return this.place.nextOffset;
  }

  get hasRoom(): boolean {
    return this.#queued < MAX_QUEUED && this.#queuedBytes < MAX_QUEUED_BYTES;
  }

  get isEmpty(): boolean {
    return this.#chunks.length === 0;
  }

  /** Forgets what was fetched and begins again where the reader stands, with its last record to be seen again first. */
  restart(): void {
    this.#chunks = [];
    this.#queued = 0;
    this.#queuedBytes = 0;
    this.absentSinceMs = null;
    this.highWatermark = null;
    const { nextOffset, last } = this.place;
    this.expected = last !== null && nextOffset > 0n ? this.place : null;
    this.fetchOffset = this.expected === null ? nextOffset : nextOffset - 1n;
  }

  /** The offset that the reader comes to behind what was fetched. */
  get wantedOffset(): Offset {
    return this.expected === null ? this.fetchOffset : this.place.nextOffset;
  }

  /** Nothing between here and `to` can be read: the reader learns it when it has taken what was fetched before. */
  jump(kind: LogBreach['kind'], to: Offset): void {
    const from = this.wantedOffset;
    this.expected = null;
    this.absentSinceMs = null;
    this.highWatermark = null;
    this.fetchOffset = to;
    this.#chunks.push({ records: [], at: 0, nextOffset: to, breach: { kind, from, to } });
    this.#tell();
  }

  push(records: readonly KafkaMessage[], nextOffset: Offset): void {
    this.fetchOffset = nextOffset;
    this.#chunks.push({ records, at: 0, nextOffset, breach: null });
    this.#queued += records.length;
    this.#queuedBytes += bytesOf(records, 0, records.length);
    this.#tell();
  }

  /** Up to `max` records, of about a megabyte at most, and the reader stands behind them. */
  take(max: number): FeedTake {
    const chunk = this.#chunks[0];
    if (chunk === undefined) {
      return { records: [], from: 0, to: 0, nextOffset: this.place.nextOffset, breach: null };
    }
    const { records, at, breach } = chunk;
    const most = Math.min(records.length, at + max);
    let to = at;
    let bytes = 0;
    while (to < most && (to === at || bytes < TAKE_BYTES)) {
      bytes += bytesOf(records, to, to + 1);
      to += 1;
    }
    chunk.at = to;
    this.#queued -= to - at;
    this.#queuedBytes -= bytes;
    const isWhole = to === records.length;
    const nextOffset = isWhole ? chunk.nextOffset : BigInt((records[to] as KafkaMessage).offset);
    if (isWhole) this.#chunks.shift();
    this.place = { nextOffset, last: null };
    return { records, from: at, to, nextOffset, breach };
  }

  /** Remembers the record just before where the reader stands, so that it can be known again. */
  remember(last: LogPlace['last']): void {
    this.place = { ...this.place, last };
  }

  /** Resolves when something can be taken, after `ms` at the latest. */
  wait(ms: number): Promise<void> {
    if (!this.isEmpty || ms <= 0) return Promise.resolve();
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, ms);
      this.#wake.push(() => {
        clearTimeout(timer);
        resolve();
      });
    });
  }

  /** Lets whoever waits go on with nothing. */
  wake(): void {
    this.#tell();
  }

  #tell(): void {
    for (const wake of this.#wake.splice(0)) wake();
  }
}

function bytesOf(records: readonly KafkaMessage[], from: number, to: number): number {
  let bytes = 0;
  for (let index = from; index < to; index += 1) bytes += records[index]?.value?.length ?? 0;
  return bytes;
}
