import type { QuarantineReason } from '../../shared/contract/kafka';
import type { ProbeEvent } from '../../shared/domain/probe-event';
import type { LakeOpening, Progress } from '../datalake/lake';
import type { LogBreach, LogPlace, RecordIdentity } from '../event-log/event-log';
import type { AggregatorSnapshot } from '../windowing/aggregator';

/** Breaches that are remembered: the last ones tell what happened. */
const KEPT_LOST = 20;

type Quarantined = Progress['quarantined'];

/** Where the stream of one partition stands; what the checkpoint says of it. */
export class StreamProgress {
  readonly #places = new Map<string, LogPlace>();
  #quarantined: Quarantined;
  #lost: Progress['lost'];
  /** Highest `seq` taken by prober. */
  readonly lastSeq: Map<string, number>;

  constructor(opening: Pick<LakeOpening, 'progress' | 'lastSeq'>) {
    this.lastSeq = new Map(Object.entries(opening.lastSeq));
    this.#quarantined = { ...opening.progress?.quarantined };
    this.#lost = opening.progress?.lost ?? [];
    for (const [source, place] of Object.entries(opening.progress?.places ?? {})) {
      this.#places.set(source, { nextOffset: BigInt(place.nextOffset), last: place.lastRecord });
    }
  }

  placeIn(source: string): LogPlace | null {
    return this.#places.get(source) ?? null;
  }

  /** Sources that places are known of. */
  get sources(): string[] {
    return [...this.#places.keys()];
  }

  move(source: string, nextOffset: bigint, last: RecordIdentity | null): void {
    this.#places.set(source, { nextOffset, last });
  }

  /** Numbers at or below these are looked up before they are taken. */
  sawAll(events: readonly ProbeEvent[]): void {
    let prober = '';
    let top = 0;
    for (const { probe_id, seq } of events) {
      // Neighbours mostly come from one prober.
      if (probe_id !== prober) {
        if (prober !== '') this.lastSeq.set(prober, top);
        prober = probe_id;
        top = this.lastSeq.get(prober) ?? 0;
      }
      if (seq > top) top = seq;
    }
    if (prober !== '') this.lastSeq.set(prober, top);
  }

  refused(reason: QuarantineReason, partition: number, offset: string, atUs: number): void {
    const count = (this.#quarantined[reason]?.count ?? 0) + 1;
    this.#quarantined = { ...this.#quarantined, [reason]: { count, partition, offset, atUs } };
  }

  /** Of another log behind the same name nothing is known to be lost. */
  lose({ kind, from, to }: LogBreach, atUs: number): void {
    if (kind !== 'lost') return;
    const lost = {
      fromOffset: from.toString(),
      toOffset: to.toString(),
      count: Number(to - from),
      atUs,
    };
    this.#lost = [...this.#lost, lost].slice(-KEPT_LOST);
  }

  get quarantined(): Quarantined {
    return this.#quarantined;
  }

  get lost(): Progress['lost'] {
    return this.#lost;
  }

  /** As it stands now; later changes do not touch it. */
  snapshot(aggregator: AggregatorSnapshot): Progress<AggregatorSnapshot> {
    return {
      places: Object.fromEntries(
        [...this.#places].map(([source, { nextOffset, last }]) => [
          source,
          { nextOffset: nextOffset.toString(), lastRecord: last },
        ]),
      ),
      lastSeq: Object.fromEntries(this.lastSeq),
      quarantined: this.#quarantined,
      lost: this.#lost,
      aggregator,
    };
  }
}
