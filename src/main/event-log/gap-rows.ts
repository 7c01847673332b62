import type { ProbeResult } from '../../shared/domain/probe-event';
import { estimateBytes } from './result-queue';

const DAY_US = 86_400_000_000;
/** Due instants are slewed a little; a run counts as evenly spaced while each step is this close to the mean one. */
const SPACING_TOLERANCE = 0.05;

/**
 * What is left of results for which memory had no room: `missed` rows with `not_recorded`. One row stands for due
 * instants of one target, configuration and UTC day that are evenly spaced, as every `missed` row does; where the
 * spacing changes a new row begins.
 */
export class GapRows {
  readonly #maxBytes: number;
  #rows: ProbeResult[] = [];
  /** The row of each target that may still grow. */
  readonly #open = new Map<string, ProbeResult>();
  #bytes = 0;

  /** @param maxBytes beyond this, rows grow over uneven spacing too: then only target, configuration and day part them */
  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  get length(): number {
    return this.#rows.length;
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** Due instants that the rows stand for. */
  get instants(): number {
    return this.#rows.reduce((sum, row) => sum + (row.missed_count ?? 1), 0);
  }

  /**
   * Collapses one result, the oldest of its target that is not collapsed yet.
   * @returns whether a measured probe was given up: false for a retry's attempt (its probe's final one counts) and for
   * what was `missed` already
   */
  add(result: ProbeResult): boolean {
    if (!result.is_final_attempt) return false;
    const row = this.#open.get(result.target_id);
    const joined = row !== undefined && joins(row, result, this.#bytes > this.#maxBytes);
    if (joined) grow(row, result);
    else {
      const fresh = gapOf(result);
      this.#rows.push(fresh);
      this.#open.set(result.target_id, fresh);
      this.#bytes += estimateBytes(fresh);
    }
    return result.outcome !== 'missed';
  }

  /** Removes and returns up to `count` of the oldest rows; they grow no more. */
  take(count: number): ProbeResult[] {
    const taken = this.#rows.splice(0, count);
    for (const row of taken) {
      if (this.#open.get(row.target_id) === row) this.#open.delete(row.target_id);
      this.#bytes -= estimateBytes(row);
    }
    return taken;
  }

  /** Puts back what was taken last. */
  putBack(rows: readonly ProbeResult[]): void {
    this.#rows = [...rows, ...this.#rows];
    for (const row of rows) this.#bytes += estimateBytes(row);
  }
}

function countOf(result: ProbeResult): number {
  return result.outcome === 'missed' ? (result.missed_count ?? 1) : 1;
}

function lastOf(result: ProbeResult): number {
  return result.outcome === 'missed' ? (result.missed_until ?? result.timestamp) : result.timestamp;
}

/** µs between two due instants of a row; null while there is only one. */
function spacingOf(result: ProbeResult): number | null {
  const count = countOf(result);
  return count > 1 ? (lastOf(result) - result.timestamp) / (count - 1) : null;
}

function joins(row: ProbeResult, next: ProbeResult, uneven: boolean): boolean {
  const step = next.timestamp - lastOf(row);
  if (step <= 0 || row.config_version !== next.config_version || row.url !== next.url) return false;
  if (dayOf(row.timestamp) !== dayOf(lastOf(next))) return false;
  if (uneven) return true;
  const spacings = [spacingOf(row), spacingOf(next)].filter((spacing) => spacing !== null);
  return spacings.every((spacing) => Math.abs(step - spacing) <= spacing * SPACING_TOLERANCE);
}

function grow(row: ProbeResult, next: ProbeResult): void {
  row.missed_count = countOf(row) + countOf(next);
  row.missed_until = lastOf(next);
}

function dayOf(us: number): number {
  return Math.floor(us / DAY_US);
}

function gapOf(result: ProbeResult): ProbeResult {
  return {
    timestamp: result.timestamp,
    started_at: result.started_at,
    target_id: result.target_id,
    url: result.url,
    outcome: 'missed',
    status_code: null,
    latency_ms: null,
    dns_ms: null,
    connect_ms: null,
    tls_ms: null,
    ttfb_ms: null,
    transfer_ms: null,
    failure_phase: null,
    failure_code: 'not_recorded',
    failure_detail: null,
    attempt: 1,
    is_final_attempt: true,
    remote_ip: null,
    http_version: null,
    response_bytes: null,
    missed_count: countOf(result),
    missed_until: lastOf(result),
    config_version: result.config_version,
  };
}
