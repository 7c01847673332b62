import { createSocket } from 'node:dgram';
import type { LookupAddress } from 'node:dns';
import type { AddressInfo, LookupFunction } from 'node:net';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createNameLookup, createNetworkLookup } from './name-lookup';

type Done = Parameters<LookupFunction>[2];

/** A look-up whose two sources answer when they are told to. */
function twoSources() {
  const system: { host: string; done: Done }[] = [];
  const network: {
    host: string;
    resolve: (found: LookupAddress[]) => void;
    reject: (error: Error) => void;
  }[] = [];
  const lookup = createNameLookup(
    (host, _options, done) => system.push({ host, done }),
    (host) => new Promise((resolve, reject) => network.push({ host, resolve, reject })),
  );
  const answers: string[] = [];
  return {
    system,
    network,
    answers,
    ask: (who: string, host: string) =>
      lookup(host, {}, (error, address) => answers.push(`${who} ${error?.code ?? address}`)),
  };
}
const found = (address: string) => [{ address, family: 4 }];
const failed = (code: string) => Object.assign(new Error(code), { code });

describe('a name', () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it('is asked of the system, anew each time, and of nobody else while that answers', async () => {
    const { ask, system, network, answers } = twoSources();
    ask('one', 'quick.example');
    system[0]?.done(null, '1.2.3.4', 4);
    await vi.advanceTimersByTimeAsync(2000);
    ask('two', 'quick.example');
    expect(system).toHaveLength(2);
    expect(network).toHaveLength(0);
    expect(answers).toEqual(['one 1.2.3.4']);
  });

  it('that the system takes long over is asked of the name servers as well; the first answer counts', async () => {
    const { ask, system, network, answers } = twoSources();
    ask('one', 'slow.example');
    await vi.advanceTimersByTimeAsync(600);
    network[0]?.resolve(found('1.1.1.1'));
    await vi.advanceTimersByTimeAsync(0);
    system[0]?.done(null, '2.2.2.2', 4);
    expect(answers).toEqual(['one 1.1.1.1']);
  });

  it('nobody answers for holds one look-up of the system, and none once that has failed', async () => {
    const { ask, system, network, answers } = twoSources();
    ask('one', 'dead.example');
    await vi.advanceTimersByTimeAsync(1000);
    ask('two', 'dead.example');
    network[1]?.reject(failed('ETIMEOUT'));
    system[0]?.done(failed('EAI_AGAIN'), []);
    await vi.advanceTimersByTimeAsync(0);
    ask('three', 'dead.example');
    network[2]?.reject(failed('ESERVFAIL'));
    await vi.advanceTimersByTimeAsync(0);
    ask('four', 'dead.example');
    expect(system).toHaveLength(1);
    expect(answers.sort()).toEqual(['one EAI_AGAIN', 'three ESERVFAIL', 'two ETIMEOUT']);
  });

  it('goes back to the system once the name servers know it again', async () => {
    const { ask, system, network } = twoSources();
    ask('one', 'slow.example');
    await vi.advanceTimersByTimeAsync(1000);
    system[0]?.done(failed('EAI_AGAIN'), []);
    ask('two', 'slow.example');
    network[1]?.resolve(found('1.1.1.1'));
    await vi.advanceTimersByTimeAsync(0);
    ask('three', 'slow.example');
    expect(system).toHaveLength(2);
  });

  it('that only the system knows is waited for, or asked of it again', async () => {
    const { ask, system, network, answers } = twoSources();
    ask('one', 'nas');
    await vi.advanceTimersByTimeAsync(1000);
    ask('two', 'nas');
    for (const { reject } of network) reject(failed('ENOTFOUND'));
    await vi.advanceTimersByTimeAsync(0);
    expect(system).toHaveLength(1);
    system[0]?.done(null, '10.0.0.1', 4);
    expect(answers).toEqual(['one 10.0.0.1', 'two 10.0.0.1']);
    ask('three', 'nas');
    network.at(-1)?.reject(failed('ENOTFOUND'));
    await vi.advanceTimersByTimeAsync(0);
    system[1]?.done(null, '10.0.0.1', 4);
    expect(answers.at(-1)).toBe('three 10.0.0.1');
  });
});

describe('the name servers', () => {
  const A = 1;
  const socket = createSocket('udp4');
  /** Knows an IPv4 address of every name, and stays silent about IPv6 ones. */
  socket.on('message', (question, peer) => {
    const endOfName = question.indexOf(0, 12);
    if (question.readUInt16BE(endOfName + 1) !== A) return;
    const record = Buffer.from([0xc0, 12, 0, A, 0, 1, 0, 0, 0, 60, 0, 4, 192, 0, 2, 7]);
    const reply = Buffer.concat([question.subarray(0, endOfName + 5), record]);
    reply.writeUInt16BE(0x8180, 2);
    reply.writeUInt16BE(1, 6);
    reply.writeUInt16BE(0, 10);
    socket.send(reply, peer.port, peer.address);
  });

  it('are not waited for because of one family of addresses', async () => {
    await new Promise<void>((resolve) => socket.bind(0, '127.0.0.1', resolve));
    const startMs = performance.now();
    const lookup = createNetworkLookup([`127.0.0.1:${(socket.address() as AddressInfo).port}`]);
    expect(await lookup('h.example')).toEqual([{ address: '192.0.2.7', family: 4 }]);
    expect(performance.now() - startMs).toBeLessThan(1500);
    socket.close();
  });
});
