import { once } from 'node:events';
import { createServer, request } from 'node:http';
import { connect } from 'node:net';
import { describe, expect, it, vi } from 'vitest';
import { json, openStream, serve } from './http-test-kit';

describe('starting and stopping', () => {
  it('says which port is taken and how to go on', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const { port } = other.address() as { port: number };
    await expect(serve({ port })).rejects.toMatchObject({
      code: 'in_use',
      field: 'port',
      message: expect.stringContaining(`${port}`),
    });
    other.close();
  });

  it('ends open streams, waiting calls and idle connections within a second', async () => {
    const { port, server, hub } = await serve({ route: () => new Promise(() => undefined) });
    const stream = await openStream(port, 'states');
    const hanging = request({
      host: '127.0.0.1',
      port,
      path: '/api/x',
      method: 'POST',
      headers: json,
      agent: false,
    });
    const cut = new Promise((resolve) => hanging.once('error', resolve));
    hanging.end('{}');
    const idle = connect(port, '127.0.0.1');
    await once(idle, 'connect');
    idle.on('error', () => undefined);
    const idleClosed = new Promise((resolve) => idle.once('close', resolve));
    const startedMs = performance.now();
    await Promise.all([server.stop(), server.stop()]);
    expect(performance.now() - startedMs).toBeLessThan(1000);
    await Promise.all([cut, idleClosed, vi.waitFor(() => expect(stream.state.ended).toBe(true))]);
    expect(hub.subscribers).toBe(0);
    await server.stop();
  });
});
