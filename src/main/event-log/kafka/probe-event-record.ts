import type { QuarantineReason } from '../../../shared/contract/kafka';
import { maskUrlsIn, storableUrlOf } from '../../../shared/domain/display-url';
import { FAILURE_CODES, FAILURE_PHASES, OUTCOMES } from '../../../shared/domain/outcome';
import type { ProbeEvent } from '../../../shared/domain/probe-event';
import { createKeptStrings } from './kept-strings';
import {
  isDuration,
  isId,
  isInstant,
  isNoLonger,
  isSpanOfOneDay,
  isText,
  isWithin,
  LIMITS,
  RECORD_VERSION,
} from './record-fields';
import { createRecordScanner } from './record-scanner';
import { unreadBecause } from './unread-batch';

/** A record that is no event: why, and in words that hold nothing of its content. */
export interface PoisonRecord {
  poison: QuarantineReason;
  detail: string;
}
export type DecodedRecord = ProbeEvent | PoisonRecord;

export function isPoison(decoded: DecodedRecord): decoded is PoisonRecord {
  return (decoded as Partial<PoisonRecord>).poison !== undefined;
}

/**
 * An event as a record of the topic; `docs/probe-events.v1.schema.json` describes the value.
 *
 * Columns that are null are left out: a usual event is a fifth smaller, and parsing takes as much less. `late` is the
 * aggregator's word and does not travel.
 */
export function encodeRecord(event: ProbeEvent): { key: string; value: string } {
  const value = JSON.stringify({
    v: RECORD_VERSION,
    timestamp: event.timestamp,
    started_at: event.started_at,
    target_id: event.target_id,
    url: event.url,
    probe_id: event.probe_id,
    seq: event.seq,
    outcome: event.outcome,
    status_code: event.status_code ?? undefined,
    latency_ms: event.latency_ms ?? undefined,
    dns_ms: event.dns_ms ?? undefined,
    connect_ms: event.connect_ms ?? undefined,
    tls_ms: event.tls_ms ?? undefined,
    ttfb_ms: event.ttfb_ms ?? undefined,
    transfer_ms: event.transfer_ms ?? undefined,
    failure_phase: event.failure_phase ?? undefined,
    failure_code: event.failure_code ?? undefined,
    failure_detail: event.failure_detail ?? undefined,
    attempt: event.attempt,
    is_final_attempt: event.is_final_attempt,
    remote_ip: event.remote_ip ?? undefined,
    http_version: event.http_version ?? undefined,
    response_bytes: event.response_bytes ?? undefined,
    missed_count: event.missed_count ?? undefined,
    missed_until: event.missed_until ?? undefined,
    config_version: event.config_version,
  });
  return { key: event.target_id, value };
}

type Raw = { [K in keyof ProbeEvent | 'v']?: unknown };

const outcomes = new Map(OUTCOMES.map((word) => [word as unknown, word]));
const phases = new Map(FAILURE_PHASES.map((word) => [word as unknown, word]));
const codes = new Map(FAILURE_CODES.map((word) => [word as unknown, word]));
const keptId = createKeptStrings((text) => text);
const keptUrl = createKeptStrings(storableUrlOf);
const keptDetail = createKeptStrings(maskUrlsIn);
const scan = createRecordScanner({ id: keptId, url: keptUrl, detail: keptDetail });

/** The event of a record's value, or why there is none. All events have one hidden class: code that reads them stays fast. */
export function decodeRecord(value: Buffer | null): DecodedRecord {
  try {
    return (value === null ? null : scan(value)) ?? parseRecord(value);
  } catch {
    // Whatever a record does to us, it must not stop its partition.
    return poison('invalid', `the value, ${value?.length ?? 0} bytes, cannot be read`);
  }
}

/**
 * As {@link decodeRecord}, of JSON in whatever way it is written. Fields that are missing or null take their defaults, unknown ones are
 * ignored, and the URL is masked where its producer forgot to.
 */
export function parseRecord(value: Buffer | null): DecodedRecord {
  if (value === null) return poison('null_value', 'the record has no value');
  if (value.length > LIMITS.valueBytes) {
    return poison('oversized', `the value has ${value.length} bytes, at most ${LIMITS.valueBytes} are taken`);
  }
  const unread = unreadBecause(value);
  if (unread !== null) return poison('unreadable', unread);
  const text = value.toString('utf8');
  let raw: unknown;
  try {
    raw = JSON.parse(text);
  } catch {
    // The parser's own message quotes the value, which may hold a secret.
    return poison('not_json', `the value, ${value.length} bytes, is not JSON`);
  }
  if (typeof raw !== 'object' || raw === null || Array.isArray(raw)) {
    return poison('invalid', 'the value is no JSON object');
  }
  // Half a surrogate pair comes from an escape only. The lake stores it as U+FFFD, so that this is what it has to be here.
  return eventOf(text.includes('\\u') ? wellFormed(raw as Raw) : (raw as Raw));
}

function eventOf(raw: Raw): DecodedRecord {
  if (raw.v !== RECORD_VERSION) {
    return poison('wrong_version', `v: must be ${RECORD_VERSION}, the version this program reads`);
  }
  const { timestamp, target_id, url, probe_id, seq } = raw;
  if (!isInstant(timestamp)) return invalid('timestamp', INSTANT);
  const started_at = raw.started_at ?? timestamp;
  if (!isInstant(started_at)) return invalid('started_at', INSTANT);
  if (!isId(target_id)) return invalid('target_id', ID);
  if (typeof url !== 'string' || url === '' || !isNoLonger(url, LIMITS.urlLength))
    return invalid('url', URL_TEXT);
  if (!isId(probe_id)) return invalid('probe_id', ID);
  if (!isWithin(seq, 1, Number.MAX_SAFE_INTEGER)) return invalid('seq', whole(1, Number.MAX_SAFE_INTEGER));
  const outcome = outcomes.get(raw.outcome);
  if (outcome === undefined) return invalid('outcome', oneOf(OUTCOMES));
  const status_code = raw.status_code ?? null;
  if (status_code !== null && !isWithin(status_code, 0, LIMITS.statusCode)) {
    return invalid('status_code', whole(0, LIMITS.statusCode));
  }
  const latency_ms = raw.latency_ms ?? null;
  if (!isDuration(latency_ms)) return invalid('latency_ms', DURATION);
  const dns_ms = raw.dns_ms ?? null;
  if (!isDuration(dns_ms)) return invalid('dns_ms', DURATION);
  const connect_ms = raw.connect_ms ?? null;
  if (!isDuration(connect_ms)) return invalid('connect_ms', DURATION);
  const tls_ms = raw.tls_ms ?? null;
  if (!isDuration(tls_ms)) return invalid('tls_ms', DURATION);
  const ttfb_ms = raw.ttfb_ms ?? null;
  if (!isDuration(ttfb_ms)) return invalid('ttfb_ms', DURATION);
  const transfer_ms = raw.transfer_ms ?? null;
  if (!isDuration(transfer_ms)) return invalid('transfer_ms', DURATION);
  const failure_phase = (raw.failure_phase ?? null) === null ? null : phases.get(raw.failure_phase);
  if (failure_phase === undefined) return invalid('failure_phase', oneOf(FAILURE_PHASES));
  const failure_code = (raw.failure_code ?? null) === null ? null : codes.get(raw.failure_code);
  if (failure_code === undefined) return invalid('failure_code', oneOf(FAILURE_CODES));
  const failure_detail = raw.failure_detail ?? null;
  if (!isText(failure_detail, LIMITS.detailLength))
    return invalid('failure_detail', textOf(LIMITS.detailLength));
  const attempt = raw.attempt ?? 1;
  if (!isWithin(attempt, 1, LIMITS.attempt)) return invalid('attempt', whole(1, LIMITS.attempt));
  const is_final_attempt = raw.is_final_attempt ?? true;
  if (typeof is_final_attempt !== 'boolean') return invalid('is_final_attempt', 'must be true or false');
  const remote_ip = raw.remote_ip ?? null;
  if (!isText(remote_ip, LIMITS.addressLength)) return invalid('remote_ip', textOf(LIMITS.addressLength));
  const http_version = raw.http_version ?? null;
  if (!isText(http_version, LIMITS.httpVersionLength)) {
    return invalid('http_version', textOf(LIMITS.httpVersionLength));
  }
  const response_bytes = raw.response_bytes ?? null;
  if (response_bytes !== null && !isInstant(response_bytes)) return invalid('response_bytes', INSTANT);
  const missed_count = raw.missed_count ?? null;
  if (missed_count !== null && !isWithin(missed_count, 1, LIMITS.missedCount)) {
    return invalid('missed_count', whole(1, LIMITS.missedCount));
  }
  const missed_until = raw.missed_until ?? null;
  if (missed_until !== null && !isInstant(missed_until)) return invalid('missed_until', INSTANT);
  if ((missed_count === null) !== (missed_until === null)) {
    return invalid('missed_until', 'must stand together with missed_count');
  }
  if (missed_until !== null) {
    if (outcome !== 'missed') return invalid('missed_count', 'must be null unless the outcome is missed');
    if (!isSpanOfOneDay(timestamp, missed_until)) {
      return invalid('missed_until', 'must not lie before timestamp, nor on another UTC day');
    }
  }
  const config_version = raw.config_version ?? 0;
  if (!isWithin(config_version, 0, LIMITS.integer)) {
    return invalid('config_version', whole(0, LIMITS.integer));
  }
  return {
    timestamp,
    started_at,
    target_id: keptId(target_id),
    url: keptUrl(url),
    probe_id: keptId(probe_id),
    seq,
    outcome,
    status_code,
    latency_ms,
    dns_ms,
    connect_ms,
    tls_ms,
    ttfb_ms,
    transfer_ms,
    failure_phase,
    failure_code,
    failure_detail: failure_detail === null ? null : keptDetail(failure_detail),
    attempt,
    is_final_attempt,
    remote_ip,
    http_version,
    response_bytes,
    missed_count,
    missed_until,
    late: false,
    config_version,
  };
}

function wellFormed(raw: Raw): Raw {
  return Object.fromEntries(
    Object.entries(raw).map(([name, value]) => [
      name,
      typeof value === 'string' ? Buffer.from(value, 'utf8').toString('utf8') : value,
    ]),
  );
}

const whole = (least: number, most: number): string => `must be a whole number from ${least} to ${most}`;
const textOf = (most: number): string => `must be text of at most ${most} characters`;
const oneOf = (words: readonly string[]): string => `must be one of ${words.join(', ')}`;
const INSTANT = whole(0, Number.MAX_SAFE_INTEGER);
const DURATION = `must be a number of milliseconds from 0 to ${LIMITS.durationMs}`;
const ID = `must be text of 1 to ${LIMITS.idLength} characters, and no name that every JavaScript object has`;
const URL_TEXT = `must be text of 1 to ${LIMITS.urlLength} characters`;

function invalid(field: string, reason: string): PoisonRecord {
  return poison('invalid', `${field}: ${reason}`);
}

function poison(reason: QuarantineReason, detail: string): PoisonRecord {
  return { poison: reason, detail };
}
