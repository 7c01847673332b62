import type { ErrorShape } from './app-error';
import type { PushMessage, Topic } from './pushes';

/** The answer to a command on any transport. */
export type Reply = { ok: true; value: unknown } | { ok: false; error: ErrorShape };

/** What the preload script gives to the page of the desktop window: two functions, nothing of Node or Electron. */
export interface PreloadApi {
  /** Never rejects because of the command itself: what went wrong is in the reply. */
  invoke(name: string, input: unknown): Promise<Reply>;
  /** A snapshot of every topic first, then changes. Returns the way to stop; idempotent. */
  subscribe(topics: readonly Topic[], onMessage: (message: PushMessage) => void): () => void;
}

/** The names of the messages between preload script and main process. */
export const IPC = {
  /** `(name, input)` → `Reply` */
  invoke: 'uptimer:invoke',
  /** `(id, topics)`; `id` is the page's own. */
  subscribe: 'uptimer:subscribe',
  /** `(id)` */
  unsubscribe: 'uptimer:unsubscribe',
  /** `(id, message)` to the page. */
  push: 'uptimer:push',
} as const;
