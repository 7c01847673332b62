import type { ProbeEvent } from '../../shared/domain/probe-event';
import type { QuarantinedRecord } from '../datalake/lake';
import type { LogBatch } from '../event-log/event-log';

/** The records of a batch that go to the quarantine: those that are no events, and events that contradict the lake. */
export function recordsSetAside(
  partition: number,
  batch: LogBatch,
  conflicts: readonly number[],
  nowUs: number,
): QuarantinedRecord[] {
  const refused: QuarantinedRecord[] = (batch.refused ?? []).map(
    ({ offset, reason, detail, key, value, appendedUs }) => ({
      partition,
      offset: offset.toString(),
      reason,
      detail,
      key,
      value,
      timestampUs: appendedUs,
    }),
  );
  for (const index of conflicts) {
    const event = batch.events[index] as ProbeEvent;
    refused.push({
      partition,
      offset: (batch.offsetOf?.(index) ?? BigInt(event.seq)).toString(),
      reason: 'identity_conflict',
      detail: `${event.probe_id} has given number ${event.seq} to another event before: two probers use one probe_id, or a log was put back`,
      key: Buffer.from(event.target_id),
      value: Buffer.from(JSON.stringify(event)),
      timestampUs: nowUs,
    });
  }
  return refused;
}
