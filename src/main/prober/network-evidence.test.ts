import { createSocket, type Socket } from 'node:dgram';
import type { AddressInfo } from 'node:net';
import { describe, expect, it } from 'vitest';
import type { ProbeResult } from '../../shared/domain/probe-event';
import { systemRandom } from '../platform/random';
import { createHostNetwork, type HostNetwork, isLoopback } from './host-network';
import { missedOnce } from './missed-row';
import { createNetworkEvidence } from './network-evidence';
import { OutcomeGate } from './outcome-gate';
import { probeTargetOf } from './prober-fixtures';

const plain = missedOnce({ targetId: 'a', url: '', configVersion: 1 }, 0, 'busy');
const failed = (phase: ProbeResult['failure_phase'], targetId = 'a', timestamp = 0): ProbeResult => ({
  ...plain,
  target_id: targetId,
  timestamp,
  outcome: 'down',
  failure_phase: phase,
});
const succeeded = (targetId: string): ProbeResult => ({
  ...plain,
  target_id: targetId,
  outcome: 'up',
  status_code: 200,
});

/** The machine's own network as a test wants it. */
function network(state: { route?: boolean; resolver?: boolean }): HostNetwork & { asked: number } {
  const { route = true, resolver = true } = state;
  const network = {
    asked: 0,
    hasRoute: () => route,
    async resolverAnswers() {
      network.asked += 1;
      return resolver;
    },
  };
  return network;
}

function evidenceOf(host: HostNetwork) {
  const time = { ms: 100_000 };
  const clock = { nowUs: () => 0, monotonicMs: () => time.ms };
  return { evidence: createNetworkEvidence(clock, host), time };
}

describe('whose fault a failure is', () => {
  it.each(['dns', 'connect', 'timeout'] as const)('%s: ours without a route out', async (phase) => {
    const { evidence } = evidenceOf(network({ route: false }));
    expect(await evidence.isOurs(failed(phase), 'h.example')).toBe(true);
  });

  it.each(['dns', 'connect', 'timeout'] as const)(
    '%s: ours when nobody answers, resolver included',
    async (phase) => {
      const { evidence } = evidenceOf(network({ resolver: false }));
      expect(await evidence.isOurs(failed(phase), 'h.example')).toBe(true);
    },
  );

  it("is the target's when the resolver answers anything", async () => {
    const { evidence } = evidenceOf(network({ resolver: true }));
    expect(await evidence.isOurs(failed('timeout'), 'h.example')).toBe(false);
  });

  it("is the target's when another host answered within five seconds, and only then", async () => {
    const { evidence, time } = evidenceOf(network({ resolver: false }));
    evidence.note(succeeded('b'), 'other.example');
    time.ms += 4900;
    expect(await evidence.isOurs(failed('connect'), 'h.example')).toBe(false);
    time.ms += 200;
    expect(await evidence.isOurs(failed('connect'), 'h.example')).toBe(true);
  });

  it('is not excused by the same host, nor by one on this machine', async () => {
    const { evidence } = evidenceOf(network({ resolver: false }));
    evidence.note(succeeded('b'), 'h.example');
    evidence.note(succeeded('c'), '127.0.0.1');
    expect(await evidence.isOurs(failed('connect'), 'h.example')).toBe(true);
  });

  it.each(['tls', 'response', 'assertion'] as const)(
    '%s: the target answered, so it is its own',
    async (phase) => {
      const { evidence } = evidenceOf(network({ route: false, resolver: false }));
      expect(await evidence.isOurs(failed(phase), 'h.example')).toBe(false);
    },
  );

  it.each(['127.0.0.1', '127.9.9.9', 'localhost', 'api.localhost', '[::1]', '[::ffff:7f00:1]'])(
    'on %s is never ours',
    async (host) => {
      const { evidence } = evidenceOf(network({ route: false, resolver: false }));
      expect(isLoopback(host)).toBe(true);
      expect(await evidence.isOurs(failed('connect'), host)).toBe(false);
    },
  );

  it('is asked of the resolver once a second, however many fail', async () => {
    const host = network({ resolver: false });
    const { evidence, time } = evidenceOf(host);
    await Promise.all(Array.from({ length: 100 }, () => evidence.isOurs(failed('timeout'), 'h.example')));
    expect(host.asked).toBe(1);
    time.ms += 1100;
    await evidence.isOurs(failed('timeout'), 'h.example');
    expect(host.asked).toBe(2);
  });
});

describe('the gate', () => {
  const targets = ['a', 'b'].map((id) => probeTargetOf({ id, url: `http://${id}.example/` }));

  it('holds up the results behind an open decision, in their order, and nobody else', async () => {
    let answer: (answers: boolean) => void = () => undefined;
    const host: HostNetwork = {
      hasRoute: () => true,
      resolverAnswers: () => new Promise((resolve) => (answer = resolve)),
    };
    const out: ProbeResult[] = [];
    const gate = new OutcomeGate(evidenceOf(host).evidence, (results) => out.push(...results));
    gate.pass(
      [failed('dns', 'a', 1), { ...plain, timestamp: 2 }, { ...plain, target_id: 'b', timestamp: 3 }],
      targets,
    );
    gate.pass([failed('dns', 'a', 4)], targets);
    expect(out.map(({ timestamp }) => timestamp)).toEqual([3]);
    answer(false);
    await gate.settled();
    expect(out.map(({ timestamp, outcome }) => [timestamp, outcome])).toEqual([
      [3, 'missed'],
      [1, 'unknown'],
      [2, 'missed'],
      [4, 'unknown'],
    ]);
    gate.pass([{ ...plain, timestamp: 5 }], targets);
    expect(out.at(-1)?.timestamp).toBe(5);
  });

  it('keeps everything of a failure but its outcome', async () => {
    const out: ProbeResult[] = [];
    const { evidence } = evidenceOf(network({ route: false }));
    const gate = new OutcomeGate(evidence, (results) => out.push(...results));
    const row = { ...failed('dns'), failure_code: 'name_not_found' as const };
    gate.pass([row], targets);
    expect(out).toEqual([{ ...row, outcome: 'unknown' }]);
  });
});

describe("the system's resolver", () => {
  const RCODE = { noError: 0, serverFailure: 2, noSuchName: 3 };

  /** A resolver on loopback that gives every question the same answer code, or none. */
  async function resolver(
    rcode: number | null,
  ): Promise<{ server: string; questions: string[]; socket: Socket }> {
    const socket = createSocket('udp4');
    const questions: string[] = [];
    socket.on('message', (question, peer) => {
      questions.push(question.subarray(12).toString('latin1'));
      if (rcode === null) return;
      const reply = Buffer.from(question);
      reply[2] = (reply[2] ?? 0) | 0x80;
      reply[3] = rcode;
      socket.send(reply, peer.port, peer.address);
    });
    await new Promise<void>((resolve) => socket.bind(0, '127.0.0.1', resolve));
    return { server: `127.0.0.1:${(socket.address() as AddressInfo).port}`, questions, socket };
  }

  it.each([
    ['says there is no such name', RCODE.noSuchName, true],
    ['has nothing to say', RCODE.noError, true],
    ['runs on this machine and reached nobody', RCODE.serverFailure, false],
    ['is silent', null, false],
  ])('%s', async (_what, rcode, answers) => {
    const { server, questions, socket } = await resolver(rcode);
    const startMs = performance.now();
    const host = createHostNetwork(systemRandom, [server]);
    expect(await host.resolverAnswers()).toBe(answers);
    expect(performance.now() - startMs).toBeLessThan(2500);
    await host.resolverAnswers();
    // Never the same name twice: an answer from memory would say nothing.
    expect(new Set(questions).size).toBe(questions.length);
    socket.close();
  });

  it('is not there', async () => {
    const { server, socket } = await resolver(null);
    await new Promise<void>((resolve) => socket.close(() => resolve()));
    expect(await createHostNetwork(systemRandom, [server]).resolverAnswers()).toBe(false);
  });
});
