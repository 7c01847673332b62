import type { ProbeEvent } from '../../shared/domain/probe-event';
import type { LaneColumn } from './lane-column';
import type { rawSchema } from './raw-schema';
import type { StagingTable } from './staging-table';

type RawColumn = (typeof rawSchema.columns)[number]['name'];

/**
 * Writes one event into the lanes of a staging table. Written out column by column: this runs for every event, and a
 * loop over column descriptions costs several times as much.
 */
export function createRawStager(table: StagingTable): (event: ProbeEvent) => void {
  const column = (name: RawColumn): LaneColumn => table.column(name);
  const timestamp = column('timestamp');
  const startedAt = column('started_at');
  const targetId = column('target_id');
  const url = column('url');
  const probeId = column('probe_id');
  const seq = column('seq');
  const outcome = column('outcome');
  const statusCode = column('status_code');
  const latency = column('latency_ms');
  const dns = column('dns_ms');
  const connect = column('connect_ms');
  const tls = column('tls_ms');
  const ttfb = column('ttfb_ms');
  const transfer = column('transfer_ms');
  const failurePhase = column('failure_phase');
  const failureCode = column('failure_code');
  const failureDetail = column('failure_detail');
  const attempt = column('attempt');
  const isFinal = column('is_final_attempt');
  const remoteIp = column('remote_ip');
  const httpVersion = column('http_version');
  const responseBytes = column('response_bytes');
  const missedCount = column('missed_count');
  const missedUntil = column('missed_until');
  const late = column('late');
  const configVersion = column('config_version');

  return (event) => {
    const row = table.position;
    timestamp.setInt64(row, event.timestamp);
    startedAt.setInt64(row, event.started_at);
    targetId.setInt32(row, table.intern(event.target_id));
    url.setInt32(row, table.intern(event.url));
    probeId.setInt32(row, table.intern(event.probe_id));
    seq.setInt64(row, event.seq);
    outcome.setInt32(row, table.intern(event.outcome));
    statusCode.setInt32(row, event.status_code);
    latency.setDouble(row, event.latency_ms);
    dns.setDouble(row, event.dns_ms);
    connect.setDouble(row, event.connect_ms);
    tls.setDouble(row, event.tls_ms);
    ttfb.setDouble(row, event.ttfb_ms);
    transfer.setDouble(row, event.transfer_ms);
    failurePhase.setInt32(row, table.intern(event.failure_phase));
    failureCode.setInt32(row, table.intern(event.failure_code));
    failureDetail.setInt32(row, table.intern(event.failure_detail));
    attempt.setInt32(row, event.attempt);
    isFinal.setInt32(row, event.is_final_attempt ? 1 : 0);
    remoteIp.setInt32(row, table.intern(event.remote_ip));
    httpVersion.setInt32(row, table.intern(event.http_version));
    responseBytes.setInt64(row, event.response_bytes);
    missedCount.setInt32(row, event.missed_count);
    missedUntil.setInt64(row, event.missed_until);
    late.setInt32(row, event.late ? 1 : 0);
    configVersion.setInt32(row, event.config_version);
    table.advance();
  };
}
