import { EventEmitter } from 'node:events';
import type { IpcMain, WebContents } from 'electron';
import { pino } from 'pino';
import { beforeEach, describe, expect, it } from 'vitest';
import { IPC, type Reply } from '../../shared/contract/preload-api';
import { createPushHub, type PushHub } from '../bridge/push-hub';
import { createQuietSources } from '../bridge/quiet-sources';
import { systemClock } from '../platform/clock';
import { mountIpc } from './ipc-mount';

/** A page's end of an in-memory pair: what Electron's IPC carries between it and the main process. */
class Page extends EventEmitter {
  readonly heard: { id: number; topic: string; kind: string }[] = [];
  frame: { url: string; parent: unknown } | null = { url: 'app://uptimer/', parent: null };
  destroyed = false;

  constructor(private readonly ipc: Ipc) {
    super();
  }

  invoke(name: unknown, input: unknown): Promise<Reply> {
    return Promise.resolve(this.ipc.handler(this.event(), name, input));
  }

  tell(channel: string, ...rest: unknown[]): void {
    this.ipc.emit(channel, this.event(), ...rest);
  }

  send(_channel: string, id: number, { topic, kind }: { topic: string; kind: string }): void {
    this.heard.push({ id, topic, kind });
  }

  isDestroyed(): boolean {
    return this.destroyed;
  }

  private event() {
    return { sender: this as unknown as WebContents, senderFrame: this.frame };
  }
}

class Ipc extends EventEmitter {
  handler: (...given: unknown[]) => Promise<Reply> | Reply = () => {
    throw new Error('nothing is mounted');
  };

  handle(_channel: string, handler: Ipc['handler']): void {
    this.handler = handler;
  }
}

const settle = () => new Promise((resume) => setTimeout(resume, 80));

describe('the bridge on IPC', () => {
  let hub: PushHub;
  let quiet: ReturnType<typeof createQuietSources>;
  let page: Page;
  let ipc: Ipc;
  let calls: { name: string; input: unknown; signal: AbortSignal }[];

  beforeEach(() => {
    quiet = createQuietSources();
    hub = createPushHub(quiet.sources, {
      clock: systemClock,
      logger: pino({ level: 'silent' }),
      coalesceMs: 5,
    });
    ipc = new Ipc();
    calls = [];
    mountIpc(ipc as unknown as IpcMain, {
      hub,
      router: async (name, input, { signal }) => {
        calls.push({ name, input, signal });
        return { ok: true, value: 7 };
      },
    });
    page = new Page(ipc);
  });

  it('answers commands of our own page', async () => {
    expect(await page.invoke('state.current', { a: 1 })).toEqual({ ok: true, value: 7 });
    expect(calls).toMatchObject([{ name: 'state.current', input: { a: 1 } }]);
  });

  it.each([
    ['another page', { url: 'https://evil.example/', parent: null }],
    ['another host of the scheme', { url: 'app://evil/', parent: null }],
    ['a frame inside our page', { url: 'app://uptimer/', parent: {} }],
    ['a frame that is gone', null],
  ])('refuses %s: nothing is called, nothing is pushed', async (_who, frame) => {
    page.frame = frame;
    expect(await page.invoke('state.current', {})).toMatchObject({ ok: false, error: { code: 'forbidden' } });
    page.tell(IPC.subscribe, 1, ['states']);
    await settle();
    expect(calls).toEqual([]);
    expect(page.heard).toEqual([]);
    expect(hub.subscribers).toBe(0);
  });

  it('pushes a snapshot, then changes, under the page’s own number, until it is given up', async () => {
    page.tell(IPC.subscribe, 3, ['states', 'no such topic', 5]);
    await settle();
    expect(page.heard).toEqual([{ id: 3, topic: 'states', kind: 'snapshot' }]);
    quiet.tell('states', [{ targetId: 'a' }]);
    await settle();
    expect(page.heard.at(-1)).toEqual({ id: 3, topic: 'states', kind: 'change' });
    page.tell(IPC.unsubscribe, 3);
    expect(hub.subscribers).toBe(0);
  });

  it.each(['destroyed', 'render-process-gone', 'did-navigate'])('ends all of a page at %s', async (event) => {
    page.tell(IPC.subscribe, 1, ['states']);
    page.tell(IPC.subscribe, 2, ['health']);
    await page.invoke('series.get', {});
    expect(hub.subscribers).toBe(2);
    page.emit(event);
    expect(hub.subscribers).toBe(0);
    expect(calls[0]?.signal.aborted).toBe(true);
    expect(page.listenerCount('destroyed')).toBe(0);
  });

  it('keeps what the page after a reload subscribed to when its predecessor takes leave late', async () => {
    page.tell(IPC.subscribe, 100, ['states']);
    page.emit('did-navigate');
    page.tell(IPC.subscribe, 200, ['states']);
    page.tell(IPC.unsubscribe, 100);
    await settle();
    quiet.tell('states', [{ targetId: 'a' }]);
    await settle();
    expect(hub.subscribers).toBe(1);
    expect(page.heard.at(-1)).toEqual({ id: 200, topic: 'states', kind: 'change' });
  });

  it('takes no subscription twice, and not without end', () => {
    for (let id = 0; id < 40; id += 1) page.tell(IPC.subscribe, id % 20, ['states']);
    expect(hub.subscribers).toBe(16);
    page.tell(IPC.subscribe, 'x', ['states']);
    page.tell(IPC.subscribe, 99, 'states');
    expect(hub.subscribers).toBe(16);
  });
});
