import type { KafkaMessage } from 'kafkajs';
import type { QuarantineReason } from '../../../shared/contract/kafka';
import type { ProbeEvent } from '../../../shared/domain/probe-event';
import type { Clock } from '../../platform/clock';
import type { Offset, RecordIdentity, RefusedRecord } from '../event-log';
import type { FetchedMessage } from './fetched-records';
import { type DecodedRecord, decodeRecord, isPoison } from './probe-event-record';
import { recordIdentityOf } from './record-identity';

/** How far ahead of its own append an event may lie, µs. */
const AHEAD_US = 60_000_000;
/** Of a batch whose records bear the broker's time of appending. */
const LOG_APPEND_TIME = 1;

export interface ReadRecords {
  events: ProbeEvent[];
  refused: RefusedRecord[];
  offsetOf: (index: number) => Offset;
  /** By what the last record is known again; null when there was none. */
  last: RecordIdentity | null;
}

/** Turns records of one partition into events, and sets aside those that are none or have no place there. */
export function createRecordReader(options: { clock: Clock; placeOf: (targetId: string) => number }): {
  read(partition: number, of: { records: readonly KafkaMessage[]; from: number; to: number }): ReadRecords;
} {
  const { clock, placeOf } = options;
  return {
    read(partition, { records, from, to }) {
      const events: ProbeEvent[] = [];
      const refused: RefusedRecord[] = [];
      /** Where each event stands in `records`. */
      const places: number[] = [];
      const nowUs = clock.nowUs();
      const refuse = (message: KafkaMessage, reason: QuarantineReason, detail: string): void => {
        const { key, value } = message;
        const appendedUs = appendedAt(message, nowUs);
        refused.push({ offset: BigInt(message.offset), reason, detail, key, value, appendedUs });
      };
      let event: DecodedRecord | null = null;
      for (let index = from; index < to; index += 1) {
        const message = records[index] as KafkaMessage;
        event = decodeRecord(message.value);
        if (isPoison(event)) {
          refuse(message, event.poison, event.detail);
          continue;
        }
        if (placeOf(event.target_id) !== partition) {
          const place = placeOf(event.target_id);
          refuse(message, 'wrong_partition', `the target belongs to partition ${place}, not ${partition}`);
          continue;
        }
        const appendedUs = appendedAt(message, nowUs);
        if ((event.missed_until ?? event.timestamp) > appendedUs + AHEAD_US) {
          const aheadS = Math.round(((event.missed_until ?? event.timestamp) - appendedUs) / 1e6);
          refuse(message, 'in_the_future', `it lies ${aheadS} s ahead of the time it was appended at`);
          continue;
        }
        events.push(event);
        places.push(index);
      }
      const offsetOf = (index: number): Offset =>
        BigInt((records[places[index] as number] as KafkaMessage).offset);
      const lastValue = (records[to - 1] as KafkaMessage | undefined)?.value ?? null;
      return { events, refused, offsetOf, last: event === null ? null : recordIdentityOf(lastValue, event) };
    },
  };
}

/** The broker's own word where it gives one. A producer may claim any time, but none that has not come yet. µs */
function appendedAt({ timestamp, batchContext }: FetchedMessage, nowUs: number): number {
  const claimedUs = Number(timestamp) * 1000;
  if (claimedUs < 0 || claimedUs > Number.MAX_SAFE_INTEGER) return nowUs;
  return batchContext?.timestampType === LOG_APPEND_TIME ? claimedUs : Math.min(claimedUs, nowUs);
}
