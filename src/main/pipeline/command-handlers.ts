import { AppError } from '../../shared/contract/app-error';
import type { Handlers, TargetView, TestResult } from '../../shared/contract/commands';
import type { Health, RestartableStage } from '../../shared/contract/health';
import type { KafkaTest } from '../../shared/contract/kafka';
import type { KafkaPatch } from '../../shared/domain/kafka-settings';
import type { Settings, SettingsPatch } from '../../shared/domain/settings';
import type { Target, TargetDraft } from '../../shared/domain/target';
import type { LakeExports, LakeQueries } from '../datalake/lake-queries';
import type { LiveState } from './live-state';
import { listProbers } from './prober-list';

/** What must be typed to clear everything that was measured. */
export const RESET_WORD = 'reset';

export interface HandlerParts {
  targets: {
    list(): readonly Target[];
    create(draft: TargetDraft): Promise<Target>;
    update(id: string, draft: TargetDraft): Promise<Target>;
    clone(id: string): Promise<Target>;
    setPaused(id: string, paused: boolean): Promise<Target>;
    delete(id: string): Promise<void>;
    undelete(id: string): Promise<Target>;
  };
  viewOf: (target: Target) => TargetView;
  testTarget: (draft: TargetDraft) => Promise<TestResult>;
  settings: { get(): Settings; update(patch: SettingsPatch): Promise<Settings> };
  states: LiveState;
  ownProbeId: () => string;
  queries: LakeQueries;
  exports: LakeExports;
  moveForeign: () => Promise<{ moved: number; to: string }>;
  testKafka: (draft: KafkaPatch) => Promise<KafkaTest>;
  health: () => Health;
  restart: (stage: RestartableStage) => Promise<void>;
  reset: () => Promise<void>;
  /** Starts the demo service and monitors it for this run; a second call changes nothing. */
  startDemo: () => Promise<readonly Target[]>;
}

const done = { done: true } as const;

/** The engine's side of the contract: one line per command. */
export function createCommandHandlers(parts: HandlerParts): Handlers {
  const { targets, viewOf, settings, queries, exports } = parts;
  return {
    'targets.list': () => targets.list().map(viewOf),
    'targets.create': async (draft) => viewOf(await targets.create(draft)),
    'targets.update': async ({ id, draft }) => viewOf(await targets.update(id, draft)),
    'targets.clone': async ({ id }) => viewOf(await targets.clone(id)),
    'targets.setPaused': async ({ id, paused }) => viewOf(await targets.setPaused(id, paused)),
    'targets.delete': async ({ id }) => {
      await targets.delete(id);
      return done;
    },
    'targets.undelete': async ({ id }) => viewOf(await targets.undelete(id)),
    'targets.test': (draft) => parts.testTarget(draft),
    'state.current': () => parts.states.current(),
    'demo.start': async () => (await parts.startDemo()).map(viewOf),
    'probers.list': async (_, { signal }) =>
      listProbers(await queries.probers(signal), parts.states.probers(), parts.ownProbeId()),
    'probers.compare': ({ targetId, range }, { signal }) => queries.compare(targetId, range, signal),
    'heartbeats.get': ({ perTarget, probeId }, { signal }) =>
      queries.heartbeats({ perTarget, windowMs: settings.get().windowMs, probeId }, signal),
    'uptime.get': ({ spansMs, probeId }, { signal }) => queries.uptimes(spansMs, signal, probeId),
    'recent.get': ({ seconds, probeId }, { signal }) => queries.recent(seconds, signal, probeId),
    'phases.get': (question, { signal }) => queries.phases(question, signal),
    'probes.get': (of, { signal }) => queries.probes(of, signal),
    'series.get': (question, { signal }) => queries.series(question, signal),
    'windows.last': ({ targetId, limit, probeId }, { signal }) =>
      queries.lastWindows(targetId, limit, signal, probeId),
    'totals.get': ({ targetId, range, probeId }, { signal }) =>
      queries.totals(targetId, range, signal, probeId),
    'percentiles.get': ({ targetId, range, probeId }, { signal }) =>
      queries.percentiles(targetId, range, signal, probeId),
    'export.start': (request) => exports.start(request),
    'export.status': ({ id }) => exports.status(id),
    'export.cancel': ({ id }) => exports.cancel(id),
    'export.choosePath': () => {
      throw new AppError(
        'unavailable',
        'a save dialog is offered by the desktop app only; export and download instead',
      );
    },
    'lake.moveForeign': () => parts.moveForeign(),
    'settings.get': () => settings.get(),
    'settings.update': (patch) => settings.update(patch),
    'kafka.test': ({ kafka }) => parts.testKafka(kafka),
    'health.get': () => parts.health(),
    'stage.restart': async ({ stage }) => {
      await parts.restart(stage);
      return done;
    },
    'reset.run': async ({ confirm }) => {
      if (confirm !== RESET_WORD) {
        throw new AppError(
          'confirmation_needed',
          `confirm: type "${RESET_WORD}" to clear everything measured so far`,
          {
            field: 'confirm',
          },
        );
      }
      await parts.reset();
      return done;
    },
  };
}
