import { once } from 'node:events';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { createKafkaSockets, SOCKET_CODES } from './kafka-sockets';

/** A frame as Kafka writes it: its length, then so many bytes. */
function frameOf(bytes: number): Buffer {
  const frame = Buffer.alloc(4 + bytes, 1);
  frame.writeInt32BE(bytes);
  return frame;
}

describe('sockets to a broker', () => {
  let server: Server | null = null;
  afterEach(() => server?.close());

  /** A socket to somebody who says `greeting` at once. */
  async function connectTo(greeting: Buffer): Promise<Socket> {
    server = createServer((socket) => socket.on('error', () => undefined).end(greeting));
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const onConnect = (): void => undefined;
    return createKafkaSockets().factory({
      host: '127.0.0.1',
      port,
      ssl: undefined,
      onConnect,
    } as unknown as Parameters<ReturnType<typeof createKafkaSockets>['factory']>[0]) as Socket;
  }

  it('take a first answer of any size that a broker gives: a connection may begin with a fetch', async () => {
    const answer = frameOf(6 * 1_048_576);
    const socket = await connectTo(answer);
    let received = 0;
    socket.on('data', (chunk: Buffer) => {
      received += chunk.length;
    });
    await once(socket, 'close');
    expect(received).toBe(answer.length);
  });

  it.each([
    ['HTTP/1.1 400 Bad Request\r\n\r\n', SOCKET_CODES.speaksHttp],
    ['SSH-2.0-OpenSSH_9.6\r\n', SOCKET_CODES.notKafka],
    ['220 mail.example.org ESMTP\r\n', SOCKET_CODES.notKafka],
    ['-ERR unknown command\r\n', SOCKET_CODES.notKafka],
    ['\x16\x03\x01\x00\x00', SOCKET_CODES.speaksTls],
  ])('let nothing of a stranger near the parser: %j', async (greeting, code) => {
    const socket = await connectTo(Buffer.from(greeting, 'latin1'));
    let received = 0;
    socket.on('data', () => {
      received += 1;
    });
    const [error] = (await once(socket, 'error')) as [Error & { code: string }];
    expect([error.code, received]).toEqual([code, 0]);
  });
});
