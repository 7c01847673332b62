import type { ProbeEvent } from '../../shared/domain/probe-event';
import { identityKey, type LakeWriter } from '../datalake/lake';

/** What becomes of the events of a batch. */
export interface Judgement {
  /** Taken for the first time, in log order. */
  fresh: readonly ProbeEvent[];
  /** In the lake already, with the same content. */
  duplicates: number;
  /** Indices in the batch of events whose identity stands in the lake with another content. */
  conflicts: readonly number[];
}

/**
 * Tells new events from those that come again. A number above every one of its prober is new; any other is looked up, in the
 * lake and among those before it in the batch: it may come late, for the first time, or again.
 */
export async function judgeEvents(
  events: readonly ProbeEvent[],
  lastSeq: ReadonlyMap<string, number>,
  find: LakeWriter['find'],
): Promise<Judgement> {
  const doubtful = doubtfulOf(events, lastSeq);
  if (doubtful.length === 0) return { fresh: events, duplicates: 0, conflicts: [] };
  const known = await find(doubtful.map((index) => events[index] as ProbeEvent));
  const isDoubtful = new Set(doubtful);
  const inBatch = new Map<string, ProbeEvent>();
  const fresh: ProbeEvent[] = [];
  const conflicts: number[] = [];
  let duplicates = 0;
  for (const [index, event] of events.entries()) {
    const key = identityKey(event);
    const before = isDoubtful.has(index) ? (known.get(key) ?? inBatch.get(key)) : undefined;
    if (before === undefined) {
      inBatch.set(key, event);
      fresh.push(event);
    } else if (hasSameContent(before, event)) duplicates += 1;
    else conflicts.push(index);
  }
  return { fresh, duplicates, conflicts };
}

/** Indices of events that are not above everything seen of their prober. */
function doubtfulOf(events: readonly ProbeEvent[], lastSeq: ReadonlyMap<string, number>): number[] {
  const doubtful: number[] = [];
  const highest = new Map<string, number>();
  let prober = '';
  let top = 0;
  for (let index = 0; index < events.length; index += 1) {
    const event = events[index] as ProbeEvent;
    // Neighbours mostly come from one prober.
    if (event.probe_id !== prober) {
      if (prober !== '') highest.set(prober, top);
      prober = event.probe_id;
      top = highest.get(prober) ?? lastSeq.get(prober) ?? 0;
    }
    if (event.seq > top) top = event.seq;
    else doubtful.push(index);
  }
  return doubtful;
}

/** Whether two records of one identity are the same: `late` is the aggregator's word, not the prober's. */
function hasSameContent(a: ProbeEvent, b: ProbeEvent): boolean {
  for (const name of Object.keys(a) as (keyof ProbeEvent)[]) {
    if (name !== 'late' && a[name] !== b[name]) return false;
  }
  return true;
}
