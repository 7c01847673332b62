/** A SQL string literal; of a text with NUL, which ends every statement, an expression. */
export function quote(text: string): string {
  const literal = (part: string): string => `'${part.replaceAll("'", "''")}'`;
  return text.includes('\0') ? `(${text.split('\0').map(literal).join(' || chr(0) || ')})` : literal(text);
}

/** A TIMESTAMP literal from microseconds since the epoch; clamped to what the type can hold. */
export function instant(us: number): string {
  const clamped = Math.min(Math.max(Math.trunc(us), MIN_INSTANT_US), MAX_INSTANT_US);
  return `make_timestamp(${clamped})`;
}

/** 0001-01-01 and 9999-12-31: outside of them lies no probe. */
const MIN_INSTANT_US = -62_135_596_800_000_000;
const MAX_INSTANT_US = 253_402_300_799_000_000;

/** A DuckDB list of string literals. */
export function quoteList(texts: readonly string[]): string {
  return `[${texts.map(quote).join(', ')}]`;
}

export const DAY_US = 86_400_000_000;
export const HOUR_US = 3_600_000_000;

/** The UTC date of an instant as `YYYY-MM-DD`. A conversion only: it asks no clock. */
export function dateOf(us: number): string {
  return new Date(Math.floor(us / DAY_US) * (DAY_US / 1000)).toISOString().slice(0, 10);
}

/** The first instant (µs) of a UTC date given as `YYYY-MM-DD`. */
export function startOfDate(date: string): number {
  return Date.parse(`${date}T00:00:00Z`) * 1000;
}
