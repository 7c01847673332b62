import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { eventOf, newLake, noProgress } from '../../src/main/datalake/lake-fixtures';
import { systemClock } from '../../src/main/platform/clock';
import { naiveWindows } from '../../src/main/windowing/testing-naive';
import type { Health } from '../../src/shared/contract/health';
import type { ProbeEvent } from '../../src/shared/domain/probe-event';
import { command } from './engine-client';
import { type HeadlessProcess, startHeadless } from './headless-process';

export const MADRID = 'madrid-0badcafe';
const SECOND_US = 1_000_000;
/** How much of the past is in the lake. */
const PAST_S = 1200;
/** Madrid's newest rows lie this far ahead, so that it counts as fresh for a while after the start, with nobody to send more. */
const AHEAD_S = 55;

const refused = {
  outcome: 'down',
  status_code: null,
  latency_ms: null,
  dns_ms: null,
  connect_ms: null,
  tls_ms: null,
  ttfb_ms: null,
  transfer_ms: null,
  failure_phase: 'connect',
  failure_code: 'connection_refused',
  remote_ip: null,
  http_version: null,
  response_bytes: null,
} as const;

/**
 * A headless engine on a lake with two probers: ours, which goes on measuring `shop` and `mail` at `url`, and Madrid, which
 * measured both and `depot`, which is not configured here. To Madrid `shop` has been down for the last two minutes.
 */
export async function startWithTwoProbers(data: string, url: string): Promise<HeadlessProcess> {
  const targets = [
    { id: 'shop', name: 'Shop', url: `${url}/shop` },
    { id: 'mail', name: 'Mail', url: `${url}/mail` },
  ];
  writeFileSync(join(data, 'targets.json'), JSON.stringify({ version: 1, targets }));
  const args = ['--data', data, '--port', '0', '--flush', '1s'];
  // The first run gives our prober its id.
  const first = startHeadless(args);
  await first.address;
  const { probeId } = (await command(data, 'health.get')).value as Health;
  await first.kill('SIGTERM');
  await fillLake(data, probeId, url);
  return startHeadless(args);
}

async function fillLake(directory: string, ownId: string, url: string): Promise<void> {
  const nowUs = Math.floor(systemClock.nowUs() / SECOND_US) * SECOND_US;
  const events: ProbeEvent[] = [];
  const seqs = new Map<string, number>();
  const add = (probe_id: string, target_id: string, second: number, of: Partial<ProbeEvent>): void => {
    // Far above what our own log has given: a `seq` is used once.
    const seq = (seqs.get(probe_id) ?? 1_000_000) + 1;
    seqs.set(probe_id, seq);
    const timestamp = nowUs + second * SECOND_US;
    const address = target_id === 'depot' ? 'https://depot.example/health' : `${url}/${target_id}`;
    events.push(
      eventOf(seq, { timestamp, probe_id, target_id, url: address, ...phasesOf(of.latency_ms), ...of }),
    );
  };
  for (let second = -PAST_S; second < AHEAD_S; second += 1) {
    const wave = Math.sin(second / 40);
    if (second < -10) {
      for (const target of ['shop', 'mail']) add(ownId, target, second, { latency_ms: round(18 + 4 * wave) });
    }
    const isDown = second > -120 || second % 97 === 0;
    add(MADRID, 'shop', second, isDown ? refused : { latency_ms: round(160 + 25 * wave) });
    add(MADRID, 'mail', second, { latency_ms: round(140 + 12 * Math.cos(second / 25)) });
    add(MADRID, 'depot', second, { latency_ms: round(48 + 10 * wave + (second % 61 === 0 ? 90 : 0)) });
  }
  const lake = newLake(join(directory, 'datalake'));
  // What the first run left is gone on with: the log knows where it stands.
  const { progress } = await lake.writer.open();
  lake.writer.append(events);
  await lake.writer.flushRaw();
  await lake.writer.upsertWindows(naiveWindows(events, [{ fromUs: 0, windowMs: 60_000 }]));
  await lake.writer.commit(progress ?? noProgress);
  await lake.writer.close();
}

const round = (ms: number) => Math.round(ms * 100) / 100;

function phasesOf(latencyMs: number | null | undefined): Partial<ProbeEvent> {
  if (latencyMs == null) return {};
  const shares = { dns_ms: 0.1, connect_ms: 0.25, tls_ms: 0.3, ttfb_ms: 0.3, transfer_ms: 0.05 };
  return Object.fromEntries(Object.entries(shares).map(([name, share]) => [name, round(latencyMs * share)]));
}
