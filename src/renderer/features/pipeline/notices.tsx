import type { Health } from '../../../shared/contract/health';
import { Ago } from '../../components/ago';
import { Panel } from '../../components/panel';
import { useTimeStyle } from '../../components/use-time-style';
import { noticeText } from '../../format/fault';
import { dateTime } from '../../format/time';
import { useTexts } from '../../texts/texts';
import styles from './pipeline.module.css';

/** What was out of the ordinary, newest first. */
export function Notices({ notices, role }: Pick<Health, 'notices' | 'role'>) {
  const texts = useTexts();
  const { pipeline } = texts;
  const style = useTimeStyle();
  const newestFirst = [...notices].sort((a, b) => b.id - a.id);
  return (
    <Panel title={pipeline.noticesTitle}>
      {newestFirst.length === 0 && <p className={styles.none}>{pipeline.noNotices}</p>}
      <ul className={styles.notices}>
        {newestFirst.map((notice) => {
          const lasting = notice.resolvedUs === null && notice.level !== 'info';
          return (
            <li key={notice.id} data-level={lasting ? notice.level : undefined}>
              <span className={styles.when}>{dateTime(notice.atUs, style)}</span>
              <span className={styles.level}>{pipeline.levelOf[notice.level]}</span>
              <span className={styles.stage}>{pipeline.stageOf[notice.stage]}</span>
              <span className={styles.message}>{noticeText(notice, texts, role)}</span>
              <span className={styles.when}>
                {lasting && pipeline.lasting}
                {notice.resolvedUs !== null && <Ago us={notice.resolvedUs} words={pipeline.resolved} />}
              </span>
            </li>
          );
        })}
      </ul>
    </Panel>
  );
}
