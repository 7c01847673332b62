import { describe, expect, it, vi } from 'vitest';
import { ask, bearer, openStream, serve } from './http-test-kit';

describe('the push stream', () => {
  it('sends a snapshot of every topic and then changes, as events', async () => {
    const { port, tell } = await serve();
    const stream = await openStream(port, 'states,probes');
    expect(stream.response.headers['content-type']).toBe('text/event-stream; charset=utf-8');
    await vi.waitFor(() => expect(stream.messages).toHaveLength(2));
    tell('states', [{ targetId: 'a' }]);
    await vi.waitFor(() => expect(stream.messages).toHaveLength(3));
    expect(stream.messages).toEqual([
      { topic: 'states', kind: 'snapshot', payload: [] },
      { topic: 'probes', kind: 'snapshot', payload: [] },
      { topic: 'states', kind: 'change', payload: [{ targetId: 'a' }] },
    ]);
    stream.close();
  });

  it('sends comments while nothing happens', async () => {
    const { port } = await serve({ heartbeatMs: 20 });
    const stream = await openStream(port, 'states');
    await vi.waitFor(() => expect(stream.state.text).toContain(': ping\n\n'));
    stream.close();
  });

  it('lets go of everything when the subscriber goes away', async () => {
    const { port, hub, listening } = await serve();
    const stream = await openStream(port, 'states,probes');
    expect(hub.subscribers).toBe(1);
    stream.close();
    await vi.waitFor(() => expect(hub.subscribers).toBe(0));
    expect(listening()).toBe(0);
  });

  it.each(['', 'topics=', 'topics=states,nothing', 'topics=__proto__'])(
    'names what is wrong with "?%s"',
    async (query) => {
      const { port } = await serve();
      const answer = await ask(port, `/api/push?${query}`, { headers: bearer });
      expect([answer.status, JSON.parse(answer.body).error.field]).toEqual([400, 'topics']);
    },
  );

  it('keeps what a reader that stopped reading costs bounded, and brings it up to date when it goes on', async () => {
    const { port, tell } = await serve({ coalesceMs: 0 });
    const stream = await openStream(port, 'states');
    await vi.waitFor(() => expect(stream.messages).toHaveLength(1));
    stream.response.pause();
    const url = 'x'.repeat(200_000);
    // 80 MB in all: far more than the sockets' buffers take.
    for (let change = 1; change <= 400; change += 1) {
      tell('states', [{ targetId: 'a', url, errorsLastMinute: change }]);
      await new Promise((resolve) => setImmediate(resolve));
    }
    stream.response.resume();
    await vi.waitFor(() => {
      const last = stream.messages.at(-1)?.payload as { errorsLastMinute: number }[];
      expect(last[0]?.errorsLastMinute).toBe(400);
    });
    // What did not fit into the buffers was merged into the last message instead of queued.
    expect(stream.messages.length).toBeLessThan(200);
    stream.close();
  });

  it('ends a subscriber to whom a message cannot be told, and serves the others on', async () => {
    const { port, tell } = await serve();
    const stream = await openStream(port, 'health');
    await vi.waitFor(() => expect(stream.messages).toHaveLength(1));
    tell('health', { nowUs: 1n });
    await vi.waitFor(() => expect(stream.state.ended).toBe(true));
    const other = await openStream(port, 'health');
    await vi.waitFor(() => expect(other.messages).toHaveLength(1));
    other.close();
  });
});
