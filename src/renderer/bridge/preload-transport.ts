import { AppError, type ErrorShape } from '../../shared/contract/app-error';
import type { CommandOutput } from '../../shared/contract/commands';
import type { PushMessage, Topic } from '../../shared/contract/pushes';
import type { Transport } from './transport';

type Reply = { ok: true; value: unknown } | { ok: false; error: ErrorShape };

/** What the preload script exposes: two functions. */
export interface PreloadApi {
  invoke(name: string, input: unknown): Promise<Reply>;
  subscribe(topics: readonly Topic[], onMessage: (message: PushMessage) => void): () => void;
}

declare global {
  interface Window {
    uptimer?: PreloadApi;
  }
}

/** The desktop window's way to the engine in the main process. */
export function createPreloadTransport(api: PreloadApi): Transport {
  return {
    kind: 'desktop',
    async invoke(name, input) {
      const reply = await api.invoke(name, input);
      if (reply.ok) return reply.value as CommandOutput<typeof name>;
      const { code, message, domain, retry, field } = reply.error;
      throw new AppError(code, message, { domain, retry, ...(field === undefined ? {} : { field }) });
    },
    subscribe(topics, onMessage, onLink) {
      return api.subscribe(topics, (message) => {
        onLink('open');
        onMessage(message);
      });
    },
  };
}
