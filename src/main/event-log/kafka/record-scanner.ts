import { FAILURE_CODES, FAILURE_PHASES, OUTCOMES } from '../../../shared/domain/outcome';
import type { ProbeEvent } from '../../../shared/domain/probe-event';
import { createKeptBytes, HASH_START, hashStep, type KeptBytes } from './kept-bytes';
import { isId, LIMITS, RECORD_VERSION } from './record-fields';

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const POINT = 0x2e;
const ZERO = 0x30;
const CLOSE = 0x7d;
/** Of ASCII, what stands in a JSON string as it is: neither control characters nor more than seven bits. */
const FIRST_PLAIN = 0x20;
const LAST_PLAIN = 0x7f;

/** More digits than any number of ours has. */
const MOST_DIGITS = 40;
/** A mantissa of so many digits is exact, and so is its quotient by a power of ten up to 10²²: one rounding (Clinger 1990). */
const EXACT_DIGITS = 15;
const INTEGER_DIGITS = 16;
const POWERS = Array.from({ length: EXACT_DIGITS + 1 }, (_, exponent) => 10 ** exponent);

const bytesOf = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text, 'latin1'));
const nameOf = (name: string): Uint8Array => bytesOf(`,"${name}":`);
const START = bytesOf(`{"v":${RECORD_VERSION},"timestamp":`);
const STARTED_AT = nameOf('started_at');
const TARGET_ID = nameOf('target_id');
const URL_NAME = nameOf('url');
const PROBE_ID = nameOf('probe_id');
const SEQ = nameOf('seq');
const OUTCOME = nameOf('outcome');
const STATUS_CODE = nameOf('status_code');
const LATENCY_MS = nameOf('latency_ms');
const DNS_MS = nameOf('dns_ms');
const CONNECT_MS = nameOf('connect_ms');
const TLS_MS = nameOf('tls_ms');
const TTFB_MS = nameOf('ttfb_ms');
const TRANSFER_MS = nameOf('transfer_ms');
const FAILURE_PHASE = nameOf('failure_phase');
const FAILURE_CODE = nameOf('failure_code');
const FAILURE_DETAIL = nameOf('failure_detail');
const ATTEMPT = nameOf('attempt');
const IS_FINAL_ATTEMPT = nameOf('is_final_attempt');
const REMOTE_IP = nameOf('remote_ip');
const HTTP_VERSION = nameOf('http_version');
const RESPONSE_BYTES = nameOf('response_bytes');
const CONFIG_VERSION = nameOf('config_version');
const TRUE = bytesOf('true');
const FALSE = bytesOf('false');

/** Reads one value; null where it does not stand as we write it, which says nothing about whether it is an event. */
export type RecordScanner = (value: Uint8Array) => ProbeEvent | null;

/**
 * Reads values that stand byte for byte as `encodeRecord` writes them: its fields in its order, ASCII without escapes, plain
 * decimal numbers. It makes no string of what it has seen before and no object but the event; whatever it does not know
 * is left to the parser.
 *
 * @param keep how an identifier, a URL and a detail become the texts of the event
 */
export function createRecordScanner(keep: {
  id: (text: string) => string;
  url: (text: string) => string;
  detail: (text: string) => string;
}): RecordScanner {
  const ids = createKeptBytes(32_768, (text) => (isId(text) ? keep.id(text) : null));
  const urls = createKeptBytes(32_768, keep.url);
  const details = createKeptBytes(1_024, keep.detail);
  const texts = createKeptBytes(4_096, (text) => text);
  const outcomes = createKeptBytes(64, wordOf(OUTCOMES));
  const phases = createKeptBytes(64, wordOf(FAILURE_PHASES));
  const codes = createKeptBytes(256, wordOf(FAILURE_CODES));

  let bytes: Uint8Array = new Uint8Array();
  let at = 0;
  /** Something stood there that is not read here. */
  let isStrange = false;

  // Loops work on copies of `bytes` and `at`: those stay in registers, which is most of the speed.

  /** Goes behind `expected` when it stands here. */
  const skip = (expected: Uint8Array): boolean => {
    const source = bytes;
    const from = at;
    const { length } = expected;
    if (from + length > source.length) return false;
    for (let index = 0; index < length; index += 1) {
      if (source[from + index] !== expected[index]) return false;
    }
    at = from + length;
    return true;
  };

  /** Goes behind the digits here, which go on what `value` begins with. */
  const digitsAfter = (value: number): number => {
    const source = bytes;
    const { length } = source;
    let to = at;
    let read = value;
    for (; to < length; to += 1) {
      const digit = (source[to] as number) - ZERO;
      if (digit < 0 || digit > 9) break;
      read = read * 10 + digit;
    }
    at = to;
    return read;
  };

  const whole = (least: number, most: number): number => {
    const from = at;
    const value = digitsAfter(0);
    const digits = at - from;
    if (digits === 0 || digits > INTEGER_DIGITS || value < least || value > most) isStrange = true;
    if (digits > 1 && bytes[from] === ZERO) isStrange = true;
    return value;
  };

  /** Milliseconds, or null where the field is left out. */
  const durationOf = (name: Uint8Array): number | null => {
    if (!skip(name)) return null;
    const from = at;
    let mantissa = digitsAfter(0);
    let digits = at - from;
    if (digits === 0 || (digits > 1 && bytes[from] === ZERO)) isStrange = true;
    let decimals = 0;
    if (at < bytes.length && bytes[at] === POINT) {
      at += 1;
      const point = at;
      mantissa = digitsAfter(mantissa);
      decimals = at - point;
      digits += decimals;
      if (decimals === 0) isStrange = true;
    }
    if (digits > MOST_DIGITS) {
      isStrange = true;
      return null;
    }
    const value = digits > EXACT_DIGITS ? numberOf(bytes, from, at) : mantissa / (POWERS[decimals] as number);
    if (value > LIMITS.durationMs) isStrange = true;
    return value;
  };

  const textOf = <T>(kept: KeptBytes<T>, least: number, most: number): T | null => {
    const source = bytes;
    const { length } = source;
    const from = at + 1;
    let to = from;
    let hash = HASH_START;
    let byte = 0;
    for (; to < length; to += 1) {
      byte = source[to] as number;
      if (byte === QUOTE || byte === BACKSLASH || byte < FIRST_PLAIN || byte > LAST_PLAIN) break;
      hash = hashStep(hash, byte);
    }
    if (byte !== QUOTE || to === length || source[at] !== QUOTE || to - from < least || to - from > most) {
      isStrange = true;
      return null;
    }
    at = to + 1;
    return kept(source, from, to, hash);
  };

  const mustBe = (name: Uint8Array): void => {
    if (!skip(name)) isStrange = true;
  };
  /** One of the words that the field can hold, or null where it is left out. */
  const wordAt = <T>(name: Uint8Array, words: KeptBytes<T | null>): T | null => {
    if (!skip(name)) return null;
    const word = textOf(words, 1, LIMITS.idLength);
    if (word === null) isStrange = true;
    return word;
  };
  const wholeOf = (name: Uint8Array, most: number): number | null => (skip(name) ? whole(0, most) : null);
  const optionalText = (name: Uint8Array, kept: KeptBytes<string>, most: number): string | null =>
    skip(name) ? textOf(kept, 0, most) : null;

  return (value) => {
    bytes = value;
    at = 0;
    isStrange = false;
    // What comes often and is not ours should not be looked at for long.
    if (value.length > LIMITS.valueBytes || !skip(START)) return null;
    const timestamp = whole(0, Number.MAX_SAFE_INTEGER);
    mustBe(STARTED_AT);
    const started_at = whole(0, Number.MAX_SAFE_INTEGER);
    mustBe(TARGET_ID);
    const target_id = textOf(ids, 1, LIMITS.idLength);
    mustBe(URL_NAME);
    const url = textOf(urls, 1, LIMITS.urlLength);
    mustBe(PROBE_ID);
    const probe_id = textOf(ids, 1, LIMITS.idLength);
    mustBe(SEQ);
    const seq = whole(1, Number.MAX_SAFE_INTEGER);
    const outcome = wordAt(OUTCOME, outcomes);
    if (isStrange || target_id === null || url === null || probe_id === null || outcome === null) return null;
    const status_code = wholeOf(STATUS_CODE, LIMITS.statusCode);
    const latency_ms = durationOf(LATENCY_MS);
    const dns_ms = durationOf(DNS_MS);
    const connect_ms = durationOf(CONNECT_MS);
    const tls_ms = durationOf(TLS_MS);
    const ttfb_ms = durationOf(TTFB_MS);
    const transfer_ms = durationOf(TRANSFER_MS);
    const failure_phase = wordAt(FAILURE_PHASE, phases);
    const failure_code = wordAt(FAILURE_CODE, codes);
    const failure_detail = optionalText(FAILURE_DETAIL, details, LIMITS.detailLength);
    mustBe(ATTEMPT);
    const attempt = whole(1, LIMITS.attempt);
    mustBe(IS_FINAL_ATTEMPT);
    const is_final_attempt = skip(TRUE);
    if (!is_final_attempt) mustBe(FALSE);
    const remote_ip = optionalText(REMOTE_IP, texts, LIMITS.addressLength);
    const http_version = optionalText(HTTP_VERSION, texts, LIMITS.httpVersionLength);
    const response_bytes = wholeOf(RESPONSE_BYTES, Number.MAX_SAFE_INTEGER);
    // Rows for missed instants are rare, and have rules of their own: here they are strange.
    mustBe(CONFIG_VERSION);
    const config_version = whole(0, LIMITS.integer);
    if (isStrange || bytes[at] !== CLOSE || at !== value.length - 1) return null;
    return {
      timestamp,
      started_at,
      target_id,
      url,
      probe_id,
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
      failure_detail,
      attempt,
      is_final_attempt,
      remote_ip,
      http_version,
      response_bytes,
      missed_count: null,
      missed_until: null,
      late: false,
      config_version,
    };
  };
}

function numberOf(bytes: Uint8Array, from: number, to: number): number {
  return Number(String.fromCharCode(...bytes.subarray(from, to)));
}

function wordOf<T extends string>(words: readonly T[]): (text: string) => T | null {
  const known = new Map<string, T>(words.map((word) => [word, word]));
  return (text) => known.get(text) ?? null;
}
