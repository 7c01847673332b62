import type { Handlers, TargetView } from '../shared/contract/commands';
import type { Health } from '../shared/contract/health';
import type { TopicSources } from '../shared/contract/pushes';
import type { Role } from '../shared/domain/kafka-settings';
import type { ProbeEvent } from '../shared/domain/probe-event';
import type { Settings, SettingsPatch } from '../shared/domain/settings';
import type { TargetInput } from '../shared/domain/target';
import type { WindowRow } from '../shared/domain/window-row';
import type { LakeQueries } from './datalake/lake-queries';
import type { Emitter } from './pipeline/emitter';
import type { Notices } from './pipeline/notices';
import type { FlushReport } from './pipeline/stream-job';
import type { Clock } from './platform/clock';
import type { Logger } from './platform/logger';
import type { Random } from './platform/random';

export interface EngineOptions {
  dataDirectory: string;
  lakeDirectory: string;
  proberWorkerPath: string;
  version: string;
  /** The readable half of a new log's `probe_id`. */
  proberName: string;
  clock: Clock;
  random: Random;
  logger: Logger;
  env: NodeJS.ProcessEnv;
  /** Settings given on the command line: in force for this run, saved nowhere. */
  overrides: SettingsPatch;
  role: Role;
  /** Makes this process the only one that writes the lake. @throws AppError `in_use` */
  holdLake: () => Promise<{ release(): Promise<void> }>;
  /** Throws what is wrong with the settings as they are in force, before anything is begun. */
  checkSettings?: (settings: Settings) => void;
  /** Throws what is wrong with the log's own name, before anything is probed. */
  checkProbeId?: (probeId: string) => void;
  /** Targets for this run only. */
  runTargets: readonly TargetInput[];
  /** False = nothing is probed: the engine only opens what there is. */
  probing?: boolean;
  /** Starts the demo service; resolves with what there is to monitor. */
  startDemo: () => Promise<readonly TargetInput[]>;
  /** Rows after which a raw tail is sealed; for tests. */
  sealRows?: number;
}

export interface StopReport {
  /** Finished probes that the log could not take: they are gone. */
  lost: number;
  /** False = what is in the log could not be written to the lake; the next start does it. */
  inLake: boolean;
  /** Of a log on Kafka: events that no broker has acknowledged, which the next start ships; null with the embedded log. */
  unshipped: number | null;
  /** Whether other processes write the lake, from what is shipped. */
  lakeElsewhere: boolean;
}

export interface Engine {
  start(): Promise<void>;
  /** Flushes and writes open windows as they stand. Idempotent. */
  stop(): Promise<StopReport>;
  readonly handlers: Handlers;
  readonly sources: TopicSources;
  readonly queries: LakeQueries;
  readonly notices: Notices;
  readonly settings: () => Settings;
  readonly targets: () => readonly TargetView[];
  readonly health: () => Health;
  readonly downloadOf: (id: string) => { path: string; filename: string } | null;
  /** Events as they become durable, in order of `seq`. */
  readonly acknowledged: Emitter<readonly ProbeEvent[]>;
  readonly flushed: Emitter<FlushReport>;
  readonly windowsWritten: Emitter<readonly WindowRow[]>;
}
