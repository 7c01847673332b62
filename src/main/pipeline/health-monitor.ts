import type { Health } from '../../shared/contract/health';
import type { Role } from '../../shared/domain/kafka-settings';
import type { Settings } from '../../shared/domain/settings';
import type { LakeStats } from '../datalake/lake';
import type { EventLog } from '../event-log/event-log';
import type { Recorder } from '../event-log/recorder';
import type { Clock } from '../platform/clock';
import { createRates } from '../platform/rates';
import type { Prober } from '../prober/prober';
import type { KafkaConnection } from './kafka-connection';
import { kafkaHealthOf } from './kafka-health';
import type { LogFeed } from './log-feed';
import type { Notices } from './notices';
import type { ProcessMonitor } from './process-monitor';
import { windowsHealthOf } from './windows-health';

export interface HealthParts {
  clock: Clock;
  version: string;
  startedUs: number;
  prober: Prober;
  log: EventLog;
  recorder: Pick<Recorder, 'stats'>;
  feed: LogFeed;
  connection: KafkaConnection;
  role: Role;
  settings: () => Settings;
  lake: { stats(): LakeStats; path: string; foreignFiles: () => number };
  process: ProcessMonitor;
  notices: Notices;
}

/** What every stage says of itself, in one answer. */
export function createHealthMonitor(parts: HealthParts): () => Health {
  const { clock, prober, log, recorder, feed, lake, notices } = parts;
  const rates = createRates(clock);
  return () => {
    const { windowMs, watermarkMs, log: kind, kafka } = parts.settings();
    const jobs = feed.jobs.stats();
    const usesKafka = kind === 'kafka' || feed.topic !== null;
    return {
      nowUs: clock.nowUs(),
      startedUs: parts.startedUs,
      probeId: log.probeId,
      role: parts.role,
      version: parts.version,
      prober: prober.stats(),
      log: { kind, ...log.stats(), ...heldIn(recorder) },
      kafka: usesKafka
        ? kafkaHealthOf({
            settings: kafka,
            topic: feed.topic,
            connection: parts.connection,
            jobs,
            backlog: feed.backlog(),
            rates,
          })
        : null,
      logSwitch: feed.logSwitch(),
      windows: { ...windowsHealthOf(jobs), windowMs, watermarkMs },
      lake: { ...lake.stats(), path: lake.path, foreignFiles: lake.foreignFiles() },
      process: parts.process.sample(),
      notices: notices.list(),
    };
  };
}

/** What the log could not take. Probes that merely wait for company, for some milliseconds, are nothing to worry about. */
function heldIn(recorder: Pick<Recorder, 'stats'>) {
  const { stalledSinceUs, unwritten, unwrittenBytes, notRecorded } = recorder.stats();
  const held = stalledSinceUs === null ? { unwritten: 0, unwrittenBytes: 0 } : { unwritten, unwrittenBytes };
  return { ...held, notRecorded };
}
