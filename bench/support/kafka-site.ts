import { startBenchServer } from './server';

/** A service and `count` targets of it, asked once a second. */
export async function startSite(count: number) {
  const server = await startBenchServer();
  const targets = Array.from({ length: count }, (_, index) => ({
    name: `t${index}`,
    url: `http://127.0.0.1:${server.httpPort}/${index}`,
    intervalMs: 1000,
  }));
  return { targets, stop: () => server.stop() };
}
