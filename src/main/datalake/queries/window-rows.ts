import type { WindowRow } from '../../../shared/domain/window-row';
import type { AnswerColumns } from './answer-columns';

/** An answer with all columns of `lake2_metrics` as rows, in the answer's order. */
export function readWindowRows(answer: AnswerColumns): WindowRow[] {
  const numbers = (name: keyof WindowRow) => answer.numbers(name);
  const nullable = (name: keyof WindowRow) => answer.nullableNumbers(name);
  return rowsOf<WindowRow>({
    start_time: numbers('start_time'),
    end_time: numbers('end_time'),
    window_ms: numbers('window_ms'),
    target_id: answer.texts('target_id'),
    probe_id: answer.texts('probe_id'),
    url: answer.texts('url'),
    total_pings: numbers('total_pings'),
    error_count: numbers('error_count'),
    uptime_pct: nullable('uptime_pct'),
    avg_latency: nullable('avg_latency'),
    min_latency: nullable('min_latency'),
    max_latency: nullable('max_latency'),
    p50_latency: nullable('p50_latency'),
    p95_latency: nullable('p95_latency'),
    p99_latency: nullable('p99_latency'),
    latency_sum_us: numbers('latency_sum_us'),
    degraded_count: numbers('degraded_count'),
    unknown_count: numbers('unknown_count'),
    missed_count: numbers('missed_count'),
    coverage_pct: numbers('coverage_pct'),
    late_count: numbers('late_count'),
    retry_count: numbers('retry_count'),
    censored_count: numbers('censored_count'),
    is_final: answer.booleans('is_final'),
    hist_scale: numbers('hist_scale'),
    hist_offset: numbers('hist_offset'),
    hist_counts: answer.numberLists('hist_counts'),
  });
}

/** Turns columns of equal length into rows. */
export function rowsOf<Row extends object>(columns: { [K in keyof Row]: Row[K][] }): Row[] {
  const names = Object.keys(columns) as (keyof Row)[]; // the mapped type has exactly these keys
  const length = names[0] === undefined ? 0 : columns[names[0]].length;
  return Array.from({ length }, (_, row) => {
    const entry: Partial<Row> = {};
    for (const name of names) entry[name] = columns[name][row]!;
    return entry as Row; // every key was just set
  });
}
