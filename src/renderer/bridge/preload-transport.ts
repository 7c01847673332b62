import { AppError } from '../../shared/contract/app-error';
import type { CommandOutput } from '../../shared/contract/commands';
import type { PreloadApi } from '../../shared/contract/preload-api';
import type { Transport } from './transport';

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
