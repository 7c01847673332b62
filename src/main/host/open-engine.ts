import { realpath } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { TargetInput } from '../../shared/domain/target';
import type { Texts } from '../../shared/texts/en';
import { textsOf } from '../../shared/texts/language';
import type { RunOptions } from '../cli/options';
import { createDemoService } from '../demo/demo-service';
import { createEngine } from '../engine';
import type { Engine, StopReport } from '../engine-contract';
import { systemClock } from '../platform/clock';
import { acquireInstanceLock, type InstanceLock } from '../platform/instance-lock';
import { createLogger } from '../platform/logger';
import { systemRandom } from '../platform/random';
import { createAcknowledgements } from './acknowledgements';
import { checkProbeName, checkRole } from './run-checks';

const HOLD_ATTEMPTS = 4;
const HOLD_WAIT_MS = 150;

/** An engine on its locked data folder, with the demo beside it when asked for. */
export interface OpenEngine {
  engine: Engine;
  close(): Promise<StopReport>;
}

export async function openEngine(from: {
  options: RunOptions;
  dataDirectory: string;
  lakeDirectory: string;
  version: string;
  /** Where the prober's worker was built to. */
  builtFolder: string;
  /** False = nothing is measured: for a reset. */
  probing: boolean;
}): Promise<OpenEngine> {
  const { options, dataDirectory, lakeDirectory, version, probing } = from;
  const texts = textsOf(options.language);
  const lock = await acquireInstanceLock(dataDirectory, texts.folder);
  const clock = systemClock;
  const demo = createDemoService({ clock, random: systemRandom });
  const startDemo = async (): Promise<readonly TargetInput[]> => {
    await demo.start();
    return demo.targets(options.language);
  };
  const demoTargets = options.demo && probing ? await startDemo() : [];
  const runTargets: TargetInput[] = probing
    ? [...options.urls.map((url) => ({ url, intervalMs: options.intervalMs })), ...demoTargets]
    : [];
  const engine = createEngine({
    dataDirectory,
    lakeDirectory,
    proberWorkerPath: join(from.builtFolder, 'prober-worker.js'),
    version,
    proberName: options.probeName ?? nameOf(hostname()),
    role: options.role,
    holdLake: () => holdLake(dataDirectory, lakeDirectory, texts.folder),
    checkSettings: (settings) => checkRole(options.role, settings, texts),
    checkProbeId: (probeId) => checkProbeName(options.probeName, probeId, dataDirectory, texts),
    clock,
    random: systemRandom,
    logger: createLogger(options.logLevel),
    env: process.env,
    overrides: options.settings,
    runTargets,
    startDemo: options.demo ? async () => demoTargets : startDemo,
    probing,
    ...(options.sealRows === null ? {} : { sealRows: options.sealRows }),
  });
  const close = async (): Promise<StopReport> => {
    const report = await engine.stop();
    await demo.stop();
    await lock.release();
    return report;
  };
  if (options.ackFd !== null) engine.acknowledged.listen(createAcknowledgements(options.ackFd));
  try {
    await engine.start();
  } catch (error) {
    await close().catch(() => undefined);
    throw error;
  }
  return { engine, close };
}

/** With its own log an engine is the only writer of its lake, whichever data folder it runs on. */
async function holdLake(data: string, lake: string, texts: Texts['folder']): Promise<InstanceLock> {
  // The data folder is held anyway.
  if ((await realpath(lake)) === (await realpath(data))) return { release: async () => undefined };
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await acquireInstanceLock(lake, texts, '--lake');
    } catch (error) {
      // Aggregators hold it for a moment when they start: somebody who has it for good has it longer.
      if (attempt === HOLD_ATTEMPTS) throw error;
      await sleep(HOLD_WAIT_MS);
    }
  }
}

/** A host's name as the readable half of a `probe_id`. */
function nameOf(host: string): string {
  const name = host
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, 40);
  return name === '' ? 'prober' : name;
}
