import { keepHeapCompact } from '../../src/main/platform/compact-heap';
import { argumentOf, tell } from './child';
import { peakRssMb, sleep } from './engine-run';
import { createKafkaPipeline } from './kafka-pipeline';
import type { PhaseTimes } from './phase-times';

export interface LakeFilled {
  seconds: number;
  /** Processor time of all threads of this process, s. */
  cpuSeconds: number;
  peakRssMb: number;
  duplicates: number;
  lateEvents: number;
  times: PhaseTimes;
}

const LOOK_MS = 100;
const PROGRESS_EVENTS = 2_000_000;
/** Nothing comes any more. */
const STUCK_MS = 120_000;

/** Brings a whole topic into the lake, in a process that does nothing else. */
const { bootstrap, topic, events, directory } = argumentOf<{
  bootstrap: string;
  topic: string;
  events: number;
  directory: string;
}>();
keepHeapCompact();
let startMs = 0;
const pipeline = await createKafkaPipeline({
  bootstrap,
  topic,
  directory,
  onAssigned() {
    startMs = performance.now();
  },
});
const { jobs, times } = pipeline;
const sumOf = (name: 'events' | 'duplicates' | 'lateEvents'): number =>
  jobs.stats().reduce((sum, { stats }) => sum + stats[name], 0);

await pipeline.start();
const before = process.cpuUsage();
let [seen, seenMs] = [0, performance.now()];
for (let told = 0; sumOf('events') < events; ) {
  await sleep(LOOK_MS);
  if (sumOf('events') > seen) [seen, seenMs] = [sumOf('events'), performance.now()];
  if (performance.now() - seenMs > STUCK_MS)
    throw new Error(`no event came after the first ${seen}`, { cause: pipeline.lastError() });
  if (sumOf('events') < told + PROGRESS_EVENTS) continue;
  told += PROGRESS_EVENTS;
  tell({ progress: `${told / 1e6} M events after ${((performance.now() - startMs) / 1000).toFixed(1)} s` });
}
const [duplicates, lateEvents] = [sumOf('duplicates'), sumOf('lateEvents')];
// Whatever is left in memory, open windows with it: both tables are whole afterwards.
if (!(await jobs.stop())) throw new Error('the lake could not take everything');
const seconds = (performance.now() - startMs) / 1000;
const { user, system } = process.cpuUsage(before);
const result: LakeFilled = {
  seconds,
  cpuSeconds: (user + system) / 1e6,
  peakRssMb: peakRssMb(process.pid),
  duplicates,
  lateEvents,
  times,
};
await pipeline.stop();
tell({ result });
