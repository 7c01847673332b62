import { writeFile } from 'node:fs/promises';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { createServer as createTlsServer, type TlsOptions } from 'node:tls';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createCertificates, hasOpenssl } from '../../../../test/support/certificates';
import { kafkaSettingsSchema } from '../../../shared/domain/kafka-settings';
import { createLogger } from '../../platform/logger';
import { temporaryFolder } from './kafka-test-kit';
import { testKafka } from './test-kafka';

const logger = createLogger('silent');

/** A server that does this with everyone, and is gone after the test. */
async function serverThat(greet: (socket: Socket) => void, tls: TlsOptions | null = null): Promise<string> {
  const sockets = new Set<Socket>();
  const onSocket = (socket: Socket): void => {
    sockets.add(socket);
    socket.on('error', () => undefined).on('close', () => sockets.delete(socket));
    greet(socket);
  };
  const server: Server = tls === null ? createServer(onSocket) : createTlsServer(tls, onSocket);
  server.on('tlsClientError', () => undefined);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(async () => {
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => server.close(resolve));
  });
  return `127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const test = (brokers: string[], more: object = {}, env = {}) =>
  testKafka({ settings: kafkaSettingsSchema.parse({ brokers, ...more }), env, logger });

const silent = (socket: Socket): void => void socket.resume();
const answering =
  (bytes: Buffer | string) =>
  (socket: Socket): void =>
    void socket.on('data', () => socket.write(bytes));
/** A port that was free a moment ago. */
const freeBroker = async (): Promise<string> => {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return `127.0.0.1:${port}`;
};

/** Handles that a client may leave behind: connections, and timers. */
function openHandles(): { connections: number; timers: number } {
  const names = process.getActiveResourcesInfo();
  return {
    connections: names.filter((name) => /^(TCP|TLS|GetAddrInfo)/.test(name)).length,
    timers: names.filter((name) => name === 'Timeout').length,
  };
}

describe('the connection test', () => {
  it('says that nobody listens', async () => {
    const broker = await freeBroker();
    expect(await test([broker])).toEqual({
      ok: false,
      problem: {
        kind: 'refused',
        broker,
        message: expect.stringMatching(/^Nobody listens at 127.*check the port/),
      },
      clusterId: null,
      brokers: null,
      topic: null,
    });
  });

  it('takes an IPv6 address in brackets', async () => {
    const broker = (await freeBroker()).replace('127.0.0.1', '[::1]');
    const { problem } = await test([broker]);
    expect(problem).toMatchObject({ kind: expect.stringMatching(/^(refused|unreachable)$/), broker });
  });

  it('says that a name is not known', async () => {
    const { problem } = await test(['no-such-host.invalid:9092']);
    expect(problem).toMatchObject({ kind: 'name', broker: 'no-such-host.invalid:9092' });
  });

  it('says that no broker was given', async () => {
    expect(await test([])).toMatchObject({ ok: false, problem: { kind: 'settings', broker: null } });
  });

  it.each([
    [
      'a web server',
      answering('HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n'),
      'protocol',
      /web server/,
    ],
    [
      'another protocol',
      (socket: Socket): void => void socket.write('SSH-2.0-OpenSSH_9.6\r\n'),
      'protocol',
      /not speak Kafka/,
    ],
    ['bytes that would break a parser', answering(Buffer.alloc(64, 0xff)), 'protocol', /not speak Kafka/],
    ['an answer that is none', answering(Buffer.from([0, 0, 0, 4, 0, 0, 0, 0])), 'other', /./],
    ['zeros', answering(Buffer.alloc(4096)), 'protocol', /not speak Kafka/],
    ['one byte at a time', dribbling, 'protocol', /web server/],
    ['a TLS alert', answering(Buffer.from([0x15, 3, 3, 0, 2, 2, 0x46])), 'protocol', /speaks TLS/],
    ['a closed door', (socket: Socket): void => void socket.resume().end(), 'protocol', /first word/],
    [
      'a reset',
      (socket: Socket): void => void socket.on('data', () => socket.resetAndDestroy()),
      'protocol',
      /first word/,
    ],
  ] as const)('tells %s from Kafka', async (_what, greet, kind, message) => {
    const broker = await serverThat(greet);
    const startedMs = performance.now();
    const { ok, problem } = await test([broker]);
    expect({ ok, ...problem }).toEqual({ ok: false, kind, broker, message: expect.stringMatching(message) });
    expect(performance.now() - startedMs).toBeLessThan(4000);
  });

  it.each([
    ['takes the connection', null],
    ['takes the connection, and should speak TLS', {}],
  ])('ends within 10 s when a server %s and says nothing', async (_what, tls) => {
    const broker = await serverThat(silent);
    const startedMs = performance.now();
    const { problem } = await test([broker], { tls });
    expect(problem).toMatchObject({ kind: 'unreachable', broker });
    expect(performance.now() - startedMs).toBeLessThan(10_000);
  });

  it('tells of several brokers the problem that came furthest', async () => {
    const web = await serverThat(answering('HTTP/1.1 400 Bad Request\r\n\r\n'));
    const { problem } = await test([await freeBroker(), web, 'no-such-host.invalid:9092']);
    expect(problem).toMatchObject({ kind: 'protocol', broker: web });
  });

  it('leaves nothing behind: no socket, no timer, no further attempt', async () => {
    let connections = 0;
    const count = (greet: (socket: Socket) => void) => (socket: Socket) => {
      connections += 1;
      greet(socket);
    };
    const brokers = [
      await serverThat(count(silent)),
      await serverThat(count(answering(Buffer.alloc(64, 0xff)))),
      await serverThat(count((socket): void => void socket.resume().end())),
      await freeBroker(),
    ];
    // What the tests before this one closed is gone by now.
    await sleep(300);
    const before = openHandles();
    await test(brokers);
    const during = connections;
    await sleep(1500);
    expect(connections).toBe(during);
    const after = openHandles();
    expect(after.connections).toBe(before.connections);
    expect(after.timers).toBeLessThanOrEqual(before.timers);
  });
});

function dribbling(socket: Socket): void {
  const text = [...'HTTP/1.1 200 OK\r\n'];
  const timer = setInterval(() => {
    const next = text.shift();
    if (next === undefined) clearInterval(timer);
    else socket.write(next);
  }, 20);
  socket.once('close', () => clearInterval(timer));
}

describe.skipIf(!hasOpenssl())('the connection test over TLS', () => {
  const certificates = createCertificates();
  const folder = temporaryFolder();
  const withCa = async () => {
    const ca = join(folder(), 'ca.pem');
    await writeFile(ca, certificates.ca);
    return { tls: { ca, cert: null, key: null } };
  };

  it.each([
    ['expired', 'expired', /has expired/],
    ['not valid yet', 'notYetValid', /not valid yet/],
    ['for another name', 'wrongHost', /another name/],
    ['signed by itself', 'selfSigned', /not trusted/],
    ['signed by a stranger', 'unknownIssuer', /not trusted/],
  ] as const)('says that the certificate is %s', async (_what, name, message) => {
    const broker = await serverThat(silent, certificates[name]);
    const { problem } = await test([broker], await withCa());
    expect(problem).toEqual({ kind: 'tls', broker, message: expect.stringMatching(message) });
  });

  it('says that the authority is needed', async () => {
    const broker = await serverThat(silent, certificates.valid);
    const { problem } = await test([broker], { tls: {} });
    expect(problem).toMatchObject({ kind: 'tls', message: expect.stringMatching(/kafka\.tls\.ca/) });
  });

  it('says that a client certificate is wanted', async () => {
    const tls = { ...certificates.valid, requestCert: true, ca: certificates.ca };
    const broker = await serverThat(silent, tls);
    const { problem } = await test([broker], await withCa());
    expect(problem).toMatchObject({ kind: 'tls', message: expect.stringMatching(/kafka\.tls\.cert/) });
  });

  it('says that TLS meets a port without, and the reverse', async () => {
    const web = await serverThat(answering('HTTP/1.1 400 Bad Request\r\n\r\n'));
    expect((await test([web], await withCa())).problem).toMatchObject({ kind: 'protocol' });
    const closing = await serverThat((socket): void => void socket.on('data', () => socket.end()));
    expect((await test([closing], await withCa())).problem).toMatchObject({
      kind: 'protocol',
      message: expect.stringMatching(/does not speak TLS/),
    });
    const secure = await serverThat(silent, certificates.valid);
    expect((await test([secure])).problem).toMatchObject({
      kind: 'protocol',
      message: expect.stringMatching(/TLS/),
    });
  });
});
