import { type EngineRun, runEngine } from './engine-run';
import { writeHistory } from './history';
import { startBenchServer } from './server';

/** An engine that has watched `targets` URLs for an hour and goes on probing each of them once a second. */
export async function startWatchedEngine(targets: number): Promise<EngineRun> {
  const server = await startBenchServer();
  const engine = await runEngine({
    targets: Array.from({ length: targets }, (_, index) => ({
      name: `service-${index}`,
      url: `http://127.0.0.1:${server.httpPort}/${index}`,
      intervalMs: 1000,
    })),
    prepare: (data) => writeHistory(data, targets),
  });
  return {
    ...engine,
    async stop() {
      await engine.stop();
      server.stop();
    },
  };
}
