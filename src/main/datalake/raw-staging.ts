import type { ProbeEvent } from '../../shared/domain/probe-event';
import type { Lane } from './lane';
import { rawSchema } from './raw-schema';
import type { StagingTable } from './staging-table';

type RawColumn = (typeof rawSchema.columns)[number]['name'];

/**
 * Writes one event into the lanes of a staging table. Written out column by column: this runs for every event, and a
 * loop over column descriptions costs several times as much.
 */
export function createRawStager(table: StagingTable): (event: ProbeEvent) => void {
  const lane = (name: RawColumn): Lane => {
    const index = rawSchema.columns.findIndex((column) => column.name === name);
    return table.lanes[index] as Lane;
  };
  const timestamp = lane('timestamp');
  const startedAt = lane('started_at');
  const targetId = lane('target_id').i32;
  const url = lane('url').i32;
  const probeId = lane('probe_id').i32;
  const seq = lane('seq');
  const outcome = lane('outcome').i32;
  const statusCode = lane('status_code');
  const latency = lane('latency_ms');
  const dns = lane('dns_ms');
  const connect = lane('connect_ms');
  const tls = lane('tls_ms');
  const ttfb = lane('ttfb_ms');
  const transfer = lane('transfer_ms');
  const failurePhase = lane('failure_phase').i32;
  const failureCode = lane('failure_code').i32;
  const failureDetail = lane('failure_detail').i32;
  const attempt = lane('attempt').i8;
  const isFinal = lane('is_final_attempt').i8;
  const remoteIp = lane('remote_ip').i32;
  const httpVersion = lane('http_version').i32;
  const responseBytes = lane('response_bytes');
  const missedCount = lane('missed_count');
  const missedUntil = lane('missed_until');
  const late = lane('late').i8;
  const configVersion = lane('config_version').i32;

  return (event) => {
    const row = table.position;
    timestamp.setInt64(row, event.timestamp);
    startedAt.setInt64(row, event.started_at);
    targetId[row] = table.intern(event.target_id);
    url[row] = table.intern(event.url);
    probeId[row] = table.intern(event.probe_id);
    seq.setInt64(row, event.seq);
    outcome[row] = table.intern(event.outcome);
    if (event.status_code === null) statusCode.setNull(row);
    else statusCode.i16[row] = event.status_code;
    latency.setDouble(row, event.latency_ms);
    dns.setDouble(row, event.dns_ms);
    connect.setDouble(row, event.connect_ms);
    tls.setDouble(row, event.tls_ms);
    ttfb.setDouble(row, event.ttfb_ms);
    transfer.setDouble(row, event.transfer_ms);
    failurePhase[row] = table.intern(event.failure_phase);
    failureCode[row] = table.intern(event.failure_code);
    failureDetail[row] = table.intern(event.failure_detail);
    attempt[row] = event.attempt;
    isFinal[row] = event.is_final_attempt ? 1 : 0;
    remoteIp[row] = table.intern(event.remote_ip);
    httpVersion[row] = table.intern(event.http_version);
    if (event.response_bytes === null) responseBytes.setNull(row);
    else responseBytes.setInt64(row, event.response_bytes);
    if (event.missed_count === null) missedCount.setNull(row);
    else missedCount.i32[row] = event.missed_count;
    if (event.missed_until === null) missedUntil.setNull(row);
    else missedUntil.setInt64(row, event.missed_until);
    late[row] = event.late ? 1 : 0;
    configVersion[row] = event.config_version;
    table.advance();
  };
}
