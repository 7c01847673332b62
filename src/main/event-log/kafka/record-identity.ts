import { createHash } from 'node:crypto';
import type { RecordIdentity } from '../event-log';
import { type DecodedRecord, isPoison } from './probe-event-record';

const DIGITS = 32;

/** By what a record is known again: its prober and number, or what it holds where that is no event. */
export function recordIdentityOf(value: Buffer | null, decoded: DecodedRecord): RecordIdentity {
  if (!isPoison(decoded)) return { probe_id: decoded.probe_id, seq: decoded.seq };
  const digest = createHash('sha256')
    .update(value ?? '')
    .digest('hex');
  return { probe_id: `no event: ${digest.slice(0, DIGITS)}`, seq: 0 };
}
