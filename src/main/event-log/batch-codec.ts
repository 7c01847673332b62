import { Packr, Unpackr } from 'msgpackr';
import { AppError } from '../../shared/contract/app-error';
import type { ProbeEvent, ProbeResult } from '../../shared/domain/probe-event';

/** The first byte of every stored batch. What follows it in version 1: a MessagePack array of results as records. */
const BATCH_VERSION = 1;

// Records without shared structures: each value names its own columns once, so that any later version can read it.
const packr = new Packr({ useRecords: true });
const unpackr = new Unpackr({ useRecords: true });

/** A batch as the log stores it. `seq` and `probe_id` are not inside: they follow from the key and from the log. */
export function encodeBatch(results: readonly ProbeResult[]): Buffer {
  const body = packr.pack(results);
  const value = Buffer.allocUnsafeSlow(body.length + 1);
  value[0] = BATCH_VERSION;
  body.copy(value, 1);
  return value;
}

/** @throws AppError `too_new` for a batch of a later version, `corrupt` for one that cannot be read. */
export function decodeBatch(value: Uint8Array, probeId: string, firstSeq: number): ProbeEvent[] {
  const version = value[0] ?? 0;
  if (version > BATCH_VERSION && version < 128) {
    throw new AppError(
      'too_new',
      `A batch of the event log has version ${version}; this program reads up to ${BATCH_VERSION}.`,
    );
  }
  const results = version === BATCH_VERSION ? unpack(value.subarray(1)) : null;
  if (results === null) {
    throw new AppError('corrupt', `The event log's batch ${firstSeq} cannot be read.`, {
      domain: 'external',
    });
  }
  return results.map((result, index) => toEvent(result, probeId, firstSeq + index));
}

/** The event of a result: written out so that all events share one shape, whoever made the result. */
export function toEvent(result: ProbeResult, probeId: string, seq: number): ProbeEvent {
  return {
    timestamp: result.timestamp,
    started_at: result.started_at,
    target_id: result.target_id,
    url: result.url,
    probe_id: probeId,
    seq,
    outcome: result.outcome,
    status_code: result.status_code,
    latency_ms: result.latency_ms,
    dns_ms: result.dns_ms,
    connect_ms: result.connect_ms,
    tls_ms: result.tls_ms,
    ttfb_ms: result.ttfb_ms,
    transfer_ms: result.transfer_ms,
    failure_phase: result.failure_phase,
    failure_code: result.failure_code,
    failure_detail: result.failure_detail,
    attempt: result.attempt,
    is_final_attempt: result.is_final_attempt,
    remote_ip: result.remote_ip,
    http_version: result.http_version,
    response_bytes: result.response_bytes,
    missed_count: result.missed_count,
    missed_until: result.missed_until,
    late: false,
    config_version: result.config_version,
  };
}

function unpack(body: Uint8Array): ProbeResult[] | null {
  try {
    const results: unknown = unpackr.unpack(body);
    return isResults(results) ? results : null;
  } catch {
    return null;
  }
}

/** What we wrote ourselves is checked for being whole, not column by column. */
function isResults(value: unknown): value is ProbeResult[] {
  return (
    Array.isArray(value) &&
    value.length > 0 &&
    value.every((row) => typeof row === 'object' && row !== null && 'target_id' in row && 'timestamp' in row)
  );
}
