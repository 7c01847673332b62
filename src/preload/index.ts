import { contextBridge, ipcRenderer } from 'electron';
import { IPC, type PreloadApi } from '../shared/contract/preload-api';
import type { PushMessage } from '../shared/contract/pushes';

/** Never a number of the page before a reload: what that one still tells, or is still told, is not this one's. */
let lastId = Date.now();
const open = new Set<() => void>();

const api: PreloadApi = {
  invoke: (name, input) => ipcRenderer.invoke(IPC.invoke, name, input),
  subscribe(topics, onMessage) {
    const id = ++lastId;
    const listener = (_event: unknown, of: number, message: PushMessage): void => {
      if (of === id) onMessage(message);
    };
    const close = (): void => {
      if (!open.delete(close)) return;
      ipcRenderer.removeListener(IPC.push, listener);
      ipcRenderer.send(IPC.unsubscribe, id);
    };
    open.add(close);
    ipcRenderer.on(IPC.push, listener);
    ipcRenderer.send(IPC.subscribe, id, topics);
    return close;
  },
};

contextBridge.exposeInMainWorld('uptimer', api);
// A page that is left ends its subscriptions; should this not arrive any more, the main process does when the next one comes.
(globalThis as unknown as EventTarget).addEventListener('pagehide', () => {
  for (const close of [...open]) close();
});
