import { createHttpTransport } from './http-transport';
import { createPreloadTransport } from './preload-transport';
import type { Transport } from './transport';

/** The one way to the engine in this page. */
export const engine: Transport =
  window.uptimer === undefined ? createHttpTransport() : createPreloadTransport(window.uptimer);
