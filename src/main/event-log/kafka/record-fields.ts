/** `v` of every value we write, and the only one we read. */
export const RECORD_VERSION = 1;

/** What the columns of the lake hold, and what a record's fields may therefore be. `docs/probe-events.v1.schema.json` says the same. */
export const LIMITS = {
  /** Of a whole value, bytes. */
  valueBytes: 1_048_576,
  idLength: 256,
  /** A configured URL has at most 8192 characters, each at most nine when percent-encoded. */
  urlLength: 100_000,
  detailLength: 4096,
  addressLength: 64,
  httpVersionLength: 32,
  statusCode: 999,
  attempt: 127,
  integer: 2_147_483_647,
  /** One for each millisecond of a day. */
  missedCount: 86_400_000,
  /** A day, ms: sums of a window stay exact. */
  durationMs: 86_400_000,
} as const;

const DAY_US = 86_400_000_000;

export function isWithin(value: unknown, least: number, most: number): value is number {
  return typeof value === 'number' && value >= least && value <= most && Number.isInteger(value);
}

/** Microseconds since the Unix epoch. */
export function isInstant(value: unknown): value is number {
  return isWithin(value, 0, Number.MAX_SAFE_INTEGER);
}

/** Null, or finite milliseconds of a day at most. */
export function isDuration(value: unknown): value is number | null {
  return value === null || (typeof value === 'number' && value >= 0 && value <= LIMITS.durationMs);
}

/** Names that every object has: under one of them, what is kept by identifier would be found where nothing was put. */
const OBJECT_NAMES = new Set([
  '__defineGetter__',
  '__defineSetter__',
  '__lookupGetter__',
  '__lookupSetter__',
  '__proto__',
  'constructor',
  'hasOwnProperty',
  'isPrototypeOf',
  'propertyIsEnumerable',
  'toLocaleString',
  'toString',
  'valueOf',
]);

export function isId(value: unknown): value is string {
  return (
    typeof value === 'string' &&
    value.length > 0 &&
    isNoLonger(value, LIMITS.idLength) &&
    !OBJECT_NAMES.has(value)
  );
}

export function isText(value: unknown, most: number): value is string | null {
  return value === null || (typeof value === 'string' && isNoLonger(value, most));
}

/** JSON Schema counts characters, not UTF-16 units. */
export function isNoLonger(text: string, most: number): boolean {
  return text.length <= most || (text.length <= 2 * most && [...text].length <= most);
}

/** Whether a row for due instants from `from` to `until` is one that a prober writes: a longer gap has a row per UTC day. */
export function isSpanOfOneDay(from: number, until: number): boolean {
  return until >= from && Math.floor(until / DAY_US) === Math.floor(from / DAY_US);
}
