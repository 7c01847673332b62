import { Ago } from '../../components/ago';
import { useNow } from '../../components/use-now';
import { noticeText } from '../../format/fault';
import { isBehind } from '../../format/kafka';
import { bytesText, count, decimal, shortCount } from '../../format/number';
import { useHealth } from '../../stores/health-store';
import { useLanguage } from '../../stores/settings-store';
import { useTexts } from '../../texts/texts';
import { KafkaPart } from './kafka-part';
import styles from './pipeline-strip.module.css';

/** One line of truth about the pipeline; every part leads to its detail. */
export function PipelineStrip() {
  const health = useHealth((held) => held.health);
  const texts = useTexts();
  const { frame } = texts;
  const language = useLanguage();
  const now = useNow(1000);
  if (health === null) return <footer className={styles.strip}>{frame.loading}</footer>;
  const { role, kafka, prober, log, windows, lake } = health;
  const alarm = health.notices.find(
    // That Kafka is away stands in its own part, with what waits for it.
    ({ level, resolvedUs, code }) =>
      level === 'alarm' && resolvedUs === null && (kafka === null || code !== 'kafka_connection'),
  );
  return (
    <footer className={styles.strip}>
      <nav aria-label={frame.pipelineStrip} className={styles.parts}>
        {role !== 'aggregator' && (
          <a href="#/pipeline">
            {frame.probesPerSecond}{' '}
            <b>{decimal(prober.probesPerSecond, prober.probesPerSecond < 10 ? 1 : 0, language)}</b>
            {frame.perSecond}
          </a>
        )}
        <a href="#/pipeline" data-bad={alarm?.stage === 'log' ? '' : undefined}>
          {frame.log} <b>{frame.waitingInLog(shortCount(log.waiting, language))}</b>
        </a>
        {kafka !== null && <KafkaPart kafka={kafka} behind={isBehind(health, now)} nowUs={now} />}
        {role !== 'prober' && (
          <>
            <a href="#/pipeline" data-bad={isBehind(health, now) ? '' : undefined}>
              {frame.watermark}{' '}
              <b>
                {windows.watermarkUs === null
                  ? '–'
                  : `−${count(Math.max(0, (now - windows.watermarkUs) / 1e6), language)} s`}
              </b>
            </a>
            <a href="#/data">
              {frame.lake} <b>{frame.rows(shortCount(lake.rawRows + lake.windowRows, language))}</b>{' '}
              <b>{bytesText(lake.rawBytes + lake.windowBytes, language)}</b>
            </a>
            <a href="#/data">
              {lake.lastFlushUs === null ? frame.notSaved : <Ago us={lake.lastFlushUs} words={frame.saved} />}
            </a>
          </>
        )}
      </nav>
      {alarm !== undefined && (
        <a href="#/pipeline" className={styles.alarm}>
          {frame.alarm}: {noticeText(alarm, texts, role)}
        </a>
      )}
    </footer>
  );
}
