import { AppError } from '../../shared/contract/app-error';
import type { ProbeEvent } from '../../shared/domain/probe-event';
import { decodeBatch } from './batch-codec';
import type { BatchStore } from './batch-store';

export interface StoredRange {
  probeId: string;
  fromSeq: number;
  /** What the next appended event gets. */
  endSeq: number;
  maxEvents: number;
}

/**
 * Reads events that memory no longer holds, and where to go on. A batch that cannot be read is told to `onUnreadable`
 * and left out: what follows it is still worth having.
 */
export function readStored(
  store: BatchStore,
  { probeId, fromSeq, endSeq, maxEvents }: StoredRange,
  onUnreadable: (error: AppError) => void,
): { events: ProbeEvent[]; nextSeq: number } {
  const events: ProbeEvent[] = [];
  for (const batch of store.batchesFrom(fromSeq)) {
    if (batch.firstSeq >= endSeq) break;
    try {
      for (const event of decodeBatch(batch.value, probeId, batch.firstSeq)) {
        if (event.seq >= fromSeq && events.length < maxEvents) events.push(event);
      }
    } catch (error) {
      if (!(error instanceof AppError) || error.code !== 'corrupt') throw error;
      onUnreadable(error);
    }
    const last = events.at(-1);
    if (last !== undefined && events.length >= maxEvents) return { events, nextSeq: last.seq + 1 };
  }
  return { events, nextSeq: endSeq };
}
