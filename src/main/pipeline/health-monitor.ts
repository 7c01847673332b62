import type { Health } from '../../shared/contract/health';
import type { Settings } from '../../shared/domain/settings';
import type { LakeStats } from '../datalake/lake';
import type { EventLog } from '../event-log/event-log';
import type { Recorder } from '../event-log/recorder';
import type { Clock } from '../platform/clock';
import type { Prober } from '../prober/prober';
import type { Notices } from './notices';
import type { ProcessMonitor } from './process-monitor';
import type { StreamJob } from './stream-job';

export interface HealthParts {
  clock: Clock;
  version: string;
  startedUs: number;
  prober: Prober;
  log: EventLog;
  recorder: Pick<Recorder, 'stats'>;
  job: StreamJob;
  settings: () => Settings;
  lake: { stats(): LakeStats; path: string; foreignFiles: () => number };
  process: ProcessMonitor;
  notices: Notices;
}

/** What every stage says of itself, in one answer. */
export function createHealthMonitor(parts: HealthParts): () => Health {
  const { clock, prober, log, recorder, job, lake, notices } = parts;
  return () => {
    const { windowMs, watermarkMs } = parts.settings();
    const { watermarkUs, ...windows } = job.stats();
    return {
      nowUs: clock.nowUs(),
      startedUs: parts.startedUs,
      probeId: log.probeId,
      role: 'all',
      version: parts.version,
      prober: prober.stats(),
      log: { kind: 'embedded', ...log.stats(), ...heldIn(recorder) },
      kafka: null,
      logSwitch: null,
      windows: {
        ...windows,
        watermarkUs: watermarkUs === null ? null : Math.max(0, watermarkUs),
        windowMs,
        watermarkMs,
      },
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
