import type { ReactNode } from 'react';
import type { Health } from '../../../shared/contract/health';
import { Ago } from '../../components/ago';
import { LogSwitchNote } from '../../components/log-switch-note';
import { Facts, Panel, Screen } from '../../components/panel';
import { useNow } from '../../components/use-now';
import { bytesText, count, decimal, latencyText } from '../../format/number';
import { duration, settingDuration } from '../../format/time';
import { ratePerSecond, useHealth } from '../../stores/health-store';
import { useTexts } from '../../texts/texts';
import { KafkaSection } from './kafka-section';
import { Notices } from './notices';
import styles from './pipeline.module.css';
import { StagePanel } from './stage-panel';

type Row = readonly [label: string, value: ReactNode];

function Stages({ health }: { health: Health }) {
  const { pipeline, kafka, language } = useTexts();
  const now = useNow(1000);
  const appended = useHealth((held) => ratePerSecond(held, (one) => one.log.appended));
  const windowRate = useHealth((held) => ratePerSecond(held, (one) => one.windows.written));
  const lakeRate = useHealth((held) =>
    ratePerSecond(held, (one) => one.lake.rawRows + one.lake.unflushedRows),
  );
  const { role, prober, log, windows, lake } = health;
  const number = (value: number) => count(value, language);
  const rate = (value: number | null) =>
    value === null ? '–' : `${decimal(value, value < 10 ? 1 : 0, language)} /s`;
  const bad = (value: number) =>
    value > 0 ? <span className={styles.bad}>{number(value)}</span> : number(value);
  const lag = (ms: number | null) => latencyText(ms, language);
  const alive = prober.workers.filter((worker) => worker.alive).length;
  const restarts = prober.workers.reduce((sum, worker) => sum + worker.restarts, 0);

  const proberRows: Row[] = [
    [pipeline.rate, rate(prober.probesPerSecond)],
    [pipeline.inFlight, number(prober.inFlight)],
    [pipeline.lagP50, lag(prober.lagP50Ms)],
    [pipeline.lagP99, lag(prober.lagP99Ms)],
    [pipeline.missed, number(prober.missed)],
    [pipeline.workers, pipeline.workersText(alive, prober.workers.length, restarts)],
  ];
  const logRows: Row[] = [
    [pipeline.rate, rate(appended)],
    [pipeline.kind, pipeline.kindOf[log.kind]],
    [pipeline.waiting, number(log.waiting)],
    [pipeline.appended, number(log.appended)],
    [pipeline.fileBytes, bytesText(log.fileBytes, language)],
    [pipeline.unwritten, bad(log.unwritten)],
    [pipeline.notRecorded, bad(log.notRecorded)],
  ];
  const watermark =
    windows.watermarkUs === null
      ? pipeline.none
      : pipeline.behind(`${number(Math.max(0, (now - windows.watermarkUs) / 1e6))} s`);
  const windowRows: Row[] = [
    [pipeline.rate, rate(windowRate)],
    [pipeline.watermark, watermark],
    [pipeline.length, `${settingDuration(windows.windowMs)} / ${settingDuration(windows.watermarkMs)}`],
    [pipeline.open, number(windows.open)],
    [pipeline.written, number(windows.written)],
    [pipeline.late, number(windows.lateEvents)],
    [pipeline.dirty, number(windows.dirty)],
    [pipeline.duplicates, number(windows.duplicates)],
  ];
  const lakeRows: Row[] = [
    [pipeline.rate, rate(lakeRate)],
    [
      pipeline.lastFlush,
      lake.lastFlushUs === null ? pipeline.none : <Ago key="flush" us={lake.lastFlushUs} words={kafka.ago} />,
    ],
    [pipeline.flushTook, lag(lake.lastFlushDurationMs)],
    [pipeline.unflushed, number(lake.unflushedRows)],
    [pipeline.rows, number(lake.rawRows)],
    [pipeline.files, number(lake.rawFiles + lake.windowFiles)],
    [pipeline.size, bytesText(lake.rawBytes + lake.windowBytes, language)],
  ];
  return (
    <div className={styles.stages}>
      {role === 'aggregator' ? (
        <Panel title={pipeline.stageOf.prober ?? ''}>
          <p className={styles.none}>{kafka.noProberText}</p>
        </Panel>
      ) : (
        <StagePanel stage="prober" rows={proberRows} />
      )}
      <StagePanel stage="log" rows={logRows} />
      {role === 'prober' ? (
        <div className={styles.wide}>
          <Panel title={kafka.elsewhere}>
            <p className={styles.none}>{kafka.elsewhereText}</p>
          </Panel>
        </div>
      ) : (
        <>
          <StagePanel stage="windows" rows={windowRows} />
          <StagePanel stage="lake" rows={lakeRows} />
        </>
      )}
    </div>
  );
}

function Process({ health }: { health: Health }) {
  const { pipeline, language } = useTexts();
  const now = useNow(1000);
  const { process } = health;
  return (
    <Panel title={pipeline.processTitle}>
      <Facts
        rows={[
          [pipeline.cpu, `${decimal(process.cpuPct, 1, language)} %`],
          [pipeline.memory, bytesText(process.rssBytes, language)],
          [pipeline.loopDelay, latencyText(process.eventLoopDelayP99Ms, language)],
          [pipeline.uptime, duration(now - health.startedUs, language)],
          [pipeline.version, health.version],
          [pipeline.probeId, <code key="id">{health.probeId}</code>],
        ]}
      />
    </Panel>
  );
}

/** Prober → log → windows → lake, each with what it does and how far behind it is. */
export function PipelineScreen() {
  const { frame } = useTexts();
  const health = useHealth((held) => held.health);
  if (health === null) {
    return (
      <Screen title={frame.pipeline}>
        <p>{frame.loading}</p>
      </Screen>
    );
  }
  const process = <Process health={health} />;
  const notices = <Notices notices={health.notices} role={health.role} />;
  return (
    <Screen title={frame.pipeline}>
      <div className={styles.all}>
        {health.logSwitch !== null && <LogSwitchNote change={health.logSwitch} />}
        <Stages health={health} />
        {health.kafka === null ? (
          <div className={styles.below}>
            {process}
            {notices}
          </div>
        ) : (
          <KafkaSection health={health} kafka={health.kafka} process={process} notices={notices} />
        )}
      </div>
    </Screen>
  );
}
