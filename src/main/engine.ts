import { join } from 'node:path';
import type { TargetView } from '../shared/contract/commands';
import { displayUrlOf } from '../shared/domain/display-url';
import type { ProbeEvent } from '../shared/domain/probe-event';
import type { Target, TargetInput } from '../shared/domain/target';
import type { WindowRow } from '../shared/domain/window-row';
import { createLake } from './datalake/create-lake';
import { createLakeExports } from './datalake/exports/create-lake-exports';
import { createLakeQueries } from './datalake/queries/create-lake-queries';
import type { Engine, EngineOptions } from './engine-contract';
import { createEmbeddedEventLog } from './event-log/embedded-event-log';
import { connectTopic } from './event-log/kafka/connect-topic';
import { testKafka } from './event-log/kafka/test-kafka';
import { createLastDues } from './event-log/last-dues';
import { createRecorder } from './event-log/recorder';
import { fileAlarms, recorderAlarms, streamAlarms } from './pipeline/alarms';
import { createCommandHandlers } from './pipeline/command-handlers';
import { createLogFeed } from './pipeline/create-log-feed';
import { createStreamJob } from './pipeline/create-stream-job';
import { downloadsOf } from './pipeline/downloads';
import { createEmitter } from './pipeline/emitter';
import { createHealthMonitor } from './pipeline/health-monitor';
import { createKafkaConnection } from './pipeline/kafka-connection';
import { createLiveState } from './pipeline/live-state';
import { createNotices, logNotice } from './pipeline/notices';
import { othersNews } from './pipeline/others-news';
import { latestDues, readPast } from './pipeline/past';
import { createProbePoints } from './pipeline/probe-points';
import { createProcessMonitor } from './pipeline/process-monitor';
import { type ResetParts, resetEverything } from './pipeline/reset';
import { createStages } from './pipeline/stages';
import type { FlushReport } from './pipeline/stream-job';
import { breachNotices, quarantineNotices, unlessFenced } from './pipeline/stream-notices';
import { createTopicSources } from './pipeline/topic-sources';
import { createProber } from './prober/create-prober';
import { withSecrets } from './targets/secrets';
import { createSettingsStore, withPatch } from './targets/settings-store';
import { createTargetStore } from './targets/target-store';
import type { AggregatorSnapshot } from './windowing/aggregator';

const RESET_FLUSH_MS = 2000;
const STOP_FLUSH_MS = 1500;
const SNAPSHOT_WINDOWS = 500;

/** The composition root: what there is, who gets whom, and in which order it starts and stops. */
export function createEngine(options: EngineOptions): Engine {
  const { dataDirectory, lakeDirectory, clock, random, logger, env } = options;
  const notices = createNotices(clock);
  const usesKafka = (): boolean => settings.get().log === 'kafka';
  const probes = options.probing !== false && options.role !== 'aggregator';
  const acknowledged = createEmitter<readonly ProbeEvent[]>();
  const flushed = createEmitter<FlushReport>();
  const windowsWritten = createEmitter<readonly WindowRow[]>();
  /** Events as the stream jobs take them, whoever measured them. */
  const consumed = createEmitter<readonly ProbeEvent[]>();

  const settings = createSettingsStore({
    path: join(dataDirectory, 'settings.json'),
    clock,
    overrides: options.overrides,
  });
  const targets = createTargetStore({
    path: join(dataDirectory, 'targets.json'),
    clock,
    runTargets: options.runTargets,
  });
  const log = createEmbeddedEventLog({
    directory: join(dataDirectory, 'event-log'),
    proberName: options.proberName,
    random,
    clock,
    logger,
    onNotice: ({ code, message }) => notices.tell('log', 'warning', code, message),
  });
  const dues = createLastDues({
    path: join(dataDirectory, 'last-dues.json'),
    log,
    logger,
    isNeeded: () => feed.needsTopic(),
  });
  const recorder = createRecorder({
    log,
    clock,
    logger,
    onAcknowledged: acknowledged.emit,
    ...recorderAlarms(notices),
  });
  const lake = createLake<AggregatorSnapshot>({
    directory: lakeDirectory,
    partitions: () => (settings.get().log === 'kafka' ? settings.get().kafka.partitions : 1),
    owner: { host: options.proberName, pid: process.pid },
    clock,
    random,
    logger,
    ...(options.sealRows === undefined ? {} : { sealRows: options.sealRows }),
  });
  const ofStream = streamAlarms(notices, flushed, () => stages.jobFailed());
  const ofQuarantine = quarantineNotices(notices, clock);
  flushed.listen(ofQuarantine.tellRest);
  const connection = createKafkaConnection({ clock, notices, role: options.role });
  const feed = createLogFeed({
    log,
    routesPath: join(dataDirectory, 'log-routes.json'),
    role: options.role,
    settings: settings.get,
    lake,
    holdLake: options.holdLake,
    connectTopic: (of) => connectTopic({ ...of, env, clock, logger }),
    createJob: (partition, { onFenced, ...of }, onFailed) =>
      createStreamJob({
        ...{ ...of, ...ofStream, partition, clock, logger },
        writer: lake.partition(partition),
        settings: settings.get,
        onWindows: windowsWritten.emit,
        onFlushed: flushed.emit,
        onFlushFailed: unlessFenced(notices, partition, onFenced, ofStream.onFlushFailed),
        onEvents: consumed.emit,
        onBreach: breachNotices(notices, partition),
        onRefused: (reasons) => ofQuarantine.refused(partition, reasons),
        onFailed,
      }),
    connection,
    // With the embedded log the lake knows at every start what was measured last.
    keptFrom: () => (feed.needsTopic() ? dues.notedSeq + 1 : Number.MAX_SAFE_INTEGER),
    notices,
    clock,
    logger,
    onFailed: () => stages.jobFailed(),
  });
  const { overlay } = feed.jobs;
  const queries = createLakeQueries({ views: lake.views, overlay, clock, stats: lake.stats });
  const exports = createLakeExports({
    views: lake.views,
    overlay,
    directory: join(dataDirectory, 'exports'),
    lakeDirectory,
    clock,
    random,
    logger,
  });
  const prober = createProber({
    workerPath: options.proberWorkerPath,
    clock,
    logger,
    version: options.version,
    onResults: recorder.record,
    onWorkerRestart: (index, reason) =>
      notices.tell(
        'prober',
        'warning',
        'worker_restarted',
        `prober thread ${index} was restarted: ${reason}`,
      ),
  });

  const states = createLiveState({
    clock,
    targets: targets.list,
    displayUrlOf,
    ownProbeId: () => log.probeId,
  });
  const points = createProbePoints(clock);
  acknowledged.listen(states.apply);
  acknowledged.listen(points.apply);
  acknowledged.listen(dues.saw);
  consumed.listen(othersNews({ clock, ownProbeId: () => log.probeId, tell: [states.apply, points.apply] }));
  const processMonitor = createProcessMonitor(clock);
  const health = createHealthMonitor({
    clock,
    version: options.version,
    startedUs: clock.nowUs(),
    prober,
    log,
    recorder,
    feed,
    connection,
    role: options.role,
    settings: settings.get,
    lake: { stats: lake.stats, path: lakeDirectory, foreignFiles: () => lake.foreign.count },
    process: processMonitor,
    notices,
  });
  const stages = createStages({
    role: options.role,
    prober,
    log,
    job: feed,
    onFailed: ofStream.onStreamFailed,
  });

  let demoTargets: Promise<readonly TargetInput[]> | null = null;
  const probeTargets = () => targets.list().map((target) => withSecrets(target, env));
  const viewOf = (target: Target): TargetView => ({ ...target, displayUrl: displayUrlOf(target) });
  const resetParts: ResetParts = {
    stopProbing: () => prober.stop(),
    emptyRecorder: async () => {
      if (!(await recorder.flush(RESET_FLUSH_MS)).complete) recorder.discard();
    },
    clearTopic: feed.clearTopic,
    job: feed,
    onJobFailed: stages.jobFailed,
    clearLog: () => log.clear(),
    clearLake: () => lake.reset(),
    forgetState: () => [states, points].forEach(({ clear }) => void clear()),
    startProbing: async () => {
      if (probes) await prober.start(probeTargets(), []);
    },
  };
  const handlers = createCommandHandlers({
    targets,
    viewOf,
    testTarget: (draft) => prober.probeOnce(withSecrets({ ...draft, id: 'test', configVersion: 1 }, env)),
    settings: {
      get: settings.get,
      async update(patch) {
        await feed.check(withPatch(settings.get(), patch));
        return settings.update(patch);
      },
    },
    states,
    ownProbeId: () => log.probeId,
    queries,
    exports,
    moveForeign: async () => ({ moved: await lake.foreign.move(), to: join(lakeDirectory, 'legacy') }),
    testKafka: (draft) =>
      testKafka({
        settings: withPatch(settings.get(), { kafka: draft }).kafka,
        env,
        logger,
        role: options.role,
      }),
    health,
    restart: stages.restart,
    startDemo: async () => {
      demoTargets ??= options.startDemo().catch((error: unknown) => {
        demoTargets = null;
        throw error;
      });
      const inputs = await demoTargets;
      const urls = new Set(inputs.map(({ url }) => url));
      targets.addRunTargets(inputs);
      return targets.list().filter(({ url }) => urls.has(url));
    },
    reset: () => stages.alone(() => resetEverything(resetParts)),
  });
  const sources = createTopicSources({
    targets: { list: () => targets.list().map(viewOf), listen: targets.listen },
    settings,
    states,
    points,
    windows: {
      last: () => queries.lastWindows(null, SNAPSHOT_WINDOWS, new AbortController().signal),
      changed: feed.jobs.changedWindows,
      written: windowsWritten,
    },
    exports,
    health,
  });

  let ageing: NodeJS.Timeout | null = null;
  const unlisten: (() => void)[] = [];

  return {
    handlers,
    sources,
    queries,
    notices,
    health,
    acknowledged,
    flushed,
    windowsWritten,
    settings: settings.get,
    targets: () => targets.list().map(viewOf),
    downloadOf: downloadsOf(exports),
    async start() {
      processMonitor.start();
      await settings.start();
      options.checkSettings?.(settings.get());
      await targets.start();
      await log.start();
      options.checkProbeId?.(log.probeId);
      await dues.open();
      dues.start();
      unlisten.push(
        settings.listen(() => {
          feed.jobs.applySettings();
          void feed.applySettings();
        }),
        targets.listen(() => prober.setTargets(probeTargets())),
        notices.listen(logNotice(logger)),
        ...fileAlarms(notices, { targets, settings }),
      );
      await feed.start();
      const own = { probeId: log.probeId, targets: targets.list(), paused: targets.pausedBefore() };
      const past = await readPast(queries, own);
      states.apply(past.events);
      ageing = setInterval(states.age, 1000);
      if (probes) await prober.start(probeTargets(), latestDues(past.lastDue, dues.list(), own.paused));
    },
    async stop() {
      for (const stop of unlisten.splice(0)) stop();
      if (ageing !== null) clearInterval(ageing);
      await stages.stop();
      await prober.stop();
      await exports.stop();
      await queries.close();
      const flush = await recorder.flush(STOP_FLUSH_MS);
      // A job that stood still for want of a lake has nothing to write; the log tells.
      await dues.stop();
      const isWritten = await feed.stop();
      await feed.trim();
      const { waiting } = log.stats();
      await lake.close();
      await log.stop();
      await targets.stop();
      await settings.stop();
      processMonitor.stop();
      return {
        lost: flush.complete ? 0 : flush.lost,
        inLake: isWritten && waiting === 0,
        unshipped: usesKafka() ? waiting : null,
        lakeElsewhere: options.role === 'prober',
      };
    },
  };
}
