import type { EventEmitter } from 'node:events';
import type { IpcMain, IpcMainEvent, IpcMainInvokeEvent, WebContents } from 'electron';
import { AppError } from '../../shared/contract/app-error';
import { IPC, type Reply } from '../../shared/contract/preload-api';
import type { Topic } from '../../shared/contract/pushes';
import { isTopic } from '../bridge/pending-changes';
import type { PushHub, PushSubscription } from '../bridge/push-hub';
import type { Router } from '../bridge/router';
import { isOwnPage } from './app-address';

/** Subscriptions that one page may hold at a time: it needs one. */
const MAX_SUBSCRIPTIONS = 16;
/** What a page ends with; the one that follows on a navigation speaks only after it. */
const ENDS = ['destroyed', 'render-process-gone', 'did-navigate'] as const;

/** One page: what it asked for and is pushed ends with it. A page that is reloaded is another one. */
interface Page {
  calls: AbortController;
  subscriptions: Map<number, PushSubscription>;
}

/**
 * The bridge on Electron's IPC: the same router and push hub as behind the loopback address. A message whose sender is not the top
 * frame of our own page is answered `forbidden`, or not at all.
 */
export function mountIpc(
  ipc: Pick<IpcMain, 'handle' | 'on'>,
  { router, hub }: { router: Router; hub: PushHub },
): void {
  const pages = new Map<WebContents, Page>();

  const pageOf = (sender: WebContents): Page => {
    const known = pages.get(sender);
    if (known !== undefined) return known;
    const emitter: EventEmitter = sender;
    const page: Page = { calls: new AbortController(), subscriptions: new Map() };
    const end = (): void => {
      if (pages.get(sender) !== page) return;
      pages.delete(sender);
      page.calls.abort();
      for (const subscription of page.subscriptions.values()) subscription.close();
      for (const event of ENDS) emitter.off(event, end);
    };
    for (const event of ENDS) emitter.on(event, end);
    pages.set(sender, page);
    return page;
  };

  ipc.handle(IPC.invoke, (event, name: unknown, input: unknown): Promise<Reply> | Reply => {
    if (!isTrusted(event)) {
      return { ok: false, error: new AppError('forbidden', 'this page may not ask').toShape() };
    }
    return router(String(name), input, { signal: pageOf(event.sender).calls.signal });
  });

  ipc.on(IPC.subscribe, (event, id: unknown, names: unknown) => {
    if (!isTrusted(event) || typeof id !== 'number' || !Array.isArray(names)) return;
    const { sender } = event;
    const { subscriptions } = pageOf(sender);
    if (subscriptions.has(id) || subscriptions.size >= MAX_SUBSCRIPTIONS) return;
    const topics = names.filter((name): name is Topic => typeof name === 'string' && isTopic(name));
    const subscription = hub.subscribe(topics, {
      send(message) {
        if (!sender.isDestroyed()) sender.send(IPC.push, id, message);
        // IPC tells nothing of how much waits in it; what is pushed is coalesced and bounded before it comes here.
        return true;
      },
      end: () => void subscriptions.delete(id),
    });
    subscriptions.set(id, subscription);
  });

  ipc.on(IPC.unsubscribe, (event, id: unknown) => {
    if (!isTrusted(event) || typeof id !== 'number') return;
    const subscriptions = pages.get(event.sender)?.subscriptions;
    subscriptions?.get(id)?.close();
    subscriptions?.delete(id);
  });
}

function isTrusted({ senderFrame }: IpcMainEvent | IpcMainInvokeEvent): boolean {
  return senderFrame !== null && senderFrame.parent === null && isOwnPage(senderFrame.url);
}
