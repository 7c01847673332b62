import type { TableSchema } from './table-schema';

/** `lake2_metrics`: one row per window. Names, order and types are an interface for pandas, DuckDB and Spark. */
export const metricsSchema = {
  table: 'lake2_metrics',
  /** The column whose UTC date names the partition folder. */
  dateColumn: 'start_time',
  columns: [
    { name: 'start_time', type: 'TIMESTAMP' },
    { name: 'end_time', type: 'TIMESTAMP' },
    { name: 'window_ms', type: 'INTEGER' },
    { name: 'target_id', type: 'VARCHAR' },
    { name: 'probe_id', type: 'VARCHAR' },
    { name: 'url', type: 'VARCHAR' },
    { name: 'total_pings', type: 'INTEGER' },
    { name: 'error_count', type: 'INTEGER' },
    { name: 'uptime_pct', type: 'DOUBLE' },
    { name: 'avg_latency', type: 'DOUBLE' },
    { name: 'min_latency', type: 'DOUBLE' },
    { name: 'max_latency', type: 'DOUBLE' },
    { name: 'p50_latency', type: 'DOUBLE' },
    { name: 'p95_latency', type: 'DOUBLE' },
    { name: 'p99_latency', type: 'DOUBLE' },
    { name: 'latency_sum_us', type: 'BIGINT' },
    { name: 'degraded_count', type: 'INTEGER' },
    { name: 'unknown_count', type: 'INTEGER' },
    { name: 'missed_count', type: 'INTEGER' },
    { name: 'coverage_pct', type: 'DOUBLE' },
    { name: 'late_count', type: 'INTEGER' },
    { name: 'retry_count', type: 'INTEGER' },
    { name: 'censored_count', type: 'INTEGER' },
    { name: 'is_final', type: 'BOOLEAN' },
    { name: 'hist_scale', type: 'INTEGER' },
    { name: 'hist_offset', type: 'INTEGER' },
    { name: 'hist_counts', type: 'INTEGER[]' },
  ],
} as const satisfies TableSchema;
