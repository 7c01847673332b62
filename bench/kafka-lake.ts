import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { BareConsumed } from './support/bare-consumer-process';
import { withBroker } from './support/broker';
import { runChild } from './support/child';
import { askLake } from './support/engine-run';
import { fillTopic } from './support/fill-topic';
import { consumeWithEngine } from './support/kafka-engine';
import type { LakeFilled } from './support/kafka-lake-process';
import type { Benchmark, BenchResult } from './support/result';

const TARGETS = 1000;
/** More than a minute at 200,000 a second. */
const EVENTS = Number(process.env.KAFKA_EVENTS ?? 13_000_000);
const SECONDS = Math.max(1, Math.round(EVENTS / TARGETS));
const TOPIC = 'probe-events.v1';

/**
 * `KAFKA_EVENTS=1000000` shortens it. A profile of the process that fills the lake: `KAFKA_CPU_PROF=DIR npm run bench --
 * kafka-lake` leaves a `.cpuprofile` in DIR, for the performance tab of a browser.
 */
export const benchmark: Benchmark = {
  name: 'kafka-lake',
  about: `${EVENTS / 1e6} million events of ${TARGETS} targets from a topic into both tables, against a loop that consumes and parses them`,
  run: (progress) =>
    withBroker(async ({ bootstrap }) => {
      const of = { bootstrap, topic: TOPIC, events: SECONDS * TARGETS };
      await fillTopic({ bootstrap, topic: TOPIC, targets: TARGETS, seconds: SECONDS }, progress);
      progress('bare loop');
      const bare = await runChild<BareConsumed>('bare-consumer-process.ts', of);
      const directory = mkdtempSync(join(tmpdir(), 'uptimer-bench-'));
      const profile = process.env.KAFKA_CPU_PROF;
      const nodeArgs = profile === undefined ? [] : ['--cpu-prof', `--cpu-prof-dir=${profile}`];
      try {
        progress('topic → lake');
        const argument = { ...of, directory };
        const filled = await runChild<LakeFilled>('kafka-lake-process.ts', argument, { nodeArgs, progress });
        const lake = join(directory, 'datalake');
        const [raw] = await askLake(lake, 'SELECT count(*), count(DISTINCT seq) FROM RAW');
        const [windows] = await askLake(lake, 'SELECT count(*), sum(total_pings) FROM METRICS');
        progress('topic → lake by a whole aggregator');
        const engine = await consumeWithEngine(of, progress);
        return [
          ...resultsOf({ events: of.events, filled, bare }),
          ...rowsOf(of.events, raw, windows),
          ...engine.resultsAgainst(bare),
        ];
      } finally {
        rmSync(directory, { recursive: true, force: true });
      }
    }),
};

function resultsOf({
  events,
  filled,
  bare,
}: {
  events: number;
  filled: LakeFilled;
  bare: BareConsumed;
}): BenchResult[] {
  const perSecond = events / filled.seconds;
  return [
    {
      name: 'topic → both tables, all columns',
      value: perSecond,
      unit: 'per s',
      baseline: { name: 'consumed and parsed', value: bare.perSecond },
      goal: { at: 'least', value: 180_000 },
    },
    {
      name: 'share of the bare loop',
      value: perSecond / bare.perSecond,
      unit: '×',
      goal: { at: 'least', value: 0.5 },
    },
    { name: 'from assigned to all durable', value: filled.seconds, unit: 's' },
    { name: 'late events', value: filled.lateEvents, unit: 'events', goal: { at: 'most', value: 0 } },
    { name: 'duplicates', value: filled.duplicates, unit: 'events', goal: { at: 'most', value: 0 } },
    { name: 'cores in use', value: filled.cpuSeconds / filled.seconds, unit: 'cores' },
    {
      name: 'resident, highest',
      value: filled.peakRssMb,
      unit: 'MB',
      baseline: { name: 'bare loop', value: bare.peakRssMb },
      goal: { at: 'most', value: 400 },
    },
    ...Object.entries(filled.times).map(([name, ms]) => ({
      name: `  phase ${name}, all jobs`,
      value: ms / 1000,
      unit: 's',
    })),
  ];
}

/** Every event once in the raw table, and once among those that the windows counted. */
function rowsOf(events: number, raw: number[] = [], windows: number[] = []): BenchResult[] {
  const [rows = 0, different = 0] = raw;
  const [windowRows = 0, counted = 0] = windows;
  return [
    { name: 'raw rows other than events', value: Math.abs(rows - events), unit: 'rows' },
    { name: 'events without a raw row', value: events - different, unit: 'events' },
    { name: 'events that windows count too many or few', value: Math.abs(counted - events), unit: 'events' },
  ]
    .map((result): BenchResult => ({ ...result, goal: { at: 'most', value: 0 } }))
    .concat([{ name: 'window rows', value: windowRows, unit: 'rows' }]);
}
