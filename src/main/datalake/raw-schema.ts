import type { TableSchema } from './table-schema';

/** `lake1_raw`: one row per attempt. Names, order and types are an interface for pandas, DuckDB and Spark. */
export const rawSchema = {
  table: 'lake1_raw',
  /** The column whose UTC date names the partition folder. */
  dateColumn: 'timestamp',
  columns: [
    { name: 'timestamp', type: 'TIMESTAMP' },
    { name: 'started_at', type: 'TIMESTAMP' },
    { name: 'target_id', type: 'VARCHAR' },
    { name: 'url', type: 'VARCHAR' },
    { name: 'probe_id', type: 'VARCHAR' },
    { name: 'seq', type: 'BIGINT' },
    { name: 'outcome', type: 'VARCHAR' },
    { name: 'status_code', type: 'SMALLINT' },
    { name: 'latency_ms', type: 'DOUBLE' },
    { name: 'dns_ms', type: 'DOUBLE' },
    { name: 'connect_ms', type: 'DOUBLE' },
    { name: 'tls_ms', type: 'DOUBLE' },
    { name: 'ttfb_ms', type: 'DOUBLE' },
    { name: 'transfer_ms', type: 'DOUBLE' },
    { name: 'failure_phase', type: 'VARCHAR' },
    { name: 'failure_code', type: 'VARCHAR' },
    { name: 'failure_detail', type: 'VARCHAR' },
    { name: 'attempt', type: 'TINYINT' },
    { name: 'is_final_attempt', type: 'BOOLEAN' },
    { name: 'remote_ip', type: 'VARCHAR' },
    { name: 'http_version', type: 'VARCHAR' },
    { name: 'response_bytes', type: 'BIGINT' },
    { name: 'missed_count', type: 'INTEGER' },
    { name: 'missed_until', type: 'TIMESTAMP' },
    { name: 'late', type: 'BOOLEAN' },
    { name: 'config_version', type: 'INTEGER' },
  ],
} as const satisfies TableSchema;
