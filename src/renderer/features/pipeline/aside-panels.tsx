import type { KafkaHealth } from '../../../shared/contract/kafka';
import { CopyButton } from '../../components/copy-button';
import { Panel } from '../../components/panel';
import { useTimeStyle } from '../../components/use-time-style';
import { offsetText, quarantineFolder } from '../../format/kafka';
import { count } from '../../format/number';
import { dateTime } from '../../format/time';
import { useTexts } from '../../texts/texts';
import styles from './kafka.module.css';

/** Records of the topic that were set aside, by the reason. */
export function QuarantinePanel({
  quarantine,
  lakePath,
}: Pick<KafkaHealth, 'quarantine'> & { lakePath: string }) {
  const { kafka, language } = useTexts();
  const style = useTimeStyle();
  const all = quarantine.reduce((sum, { count: records }) => sum + records, 0);
  const folder = quarantineFolder(lakePath);
  return (
    <Panel
      title={kafka.quarantine}
      action={<span className={styles.sum}>{kafka.quarantineSum(count(all, language))}</span>}
    >
      <table className={styles.table}>
        <caption className="visually-hidden">{kafka.quarantine}</caption>
        <thead>
          <tr>
            <th scope="col">{kafka.reason}</th>
            <th scope="col">{kafka.records}</th>
            <th scope="col">{kafka.last}</th>
            <th scope="col">{kafka.when}</th>
          </tr>
        </thead>
        <tbody>
          {quarantine.map(({ reason, count: records, partition, offset, atUs }) => (
            <tr key={reason}>
              <th scope="row">{kafka.reasonOf[reason]}</th>
              <td>{count(records, language)}</td>
              <td>
                {partition} / {offsetText(offset, language)}
              </td>
              <td>{dateTime(atUs, style)}</td>
            </tr>
          ))}
        </tbody>
      </table>
      <p className={styles.folder}>
        {kafka.folder} <code>{folder}</code>
        <CopyButton text={folder} label={kafka.copyFolder} />
      </p>
    </Panel>
  );
}

/** What the broker had thrown away before anybody read it. */
export function LostPanel({ lost }: Pick<KafkaHealth, 'lost'>) {
  const { kafka, language } = useTexts();
  const style = useTimeStyle();
  const all = lost.reduce((sum, { count: records }) => sum + records, 0);
  return (
    <Panel
      title={kafka.lost}
      action={<span className={styles.bad}>{kafka.quarantineSum(count(all, language))}</span>}
    >
      <p className={styles.none}>{kafka.lostText}</p>
      <table className={styles.table}>
        <caption className="visually-hidden">{kafka.lost}</caption>
        <thead>
          <tr>
            <th scope="col">{kafka.partition}</th>
            <th scope="col">{kafka.records}</th>
            <th scope="col">{kafka.range}</th>
            <th scope="col">{kafka.when}</th>
          </tr>
        </thead>
        <tbody>
          {lost.map(({ partition, fromOffset, toOffset, count: records, atUs }) => (
            <tr key={`${partition} ${fromOffset}`}>
              <th scope="row">{partition}</th>
              <td>{count(records, language)}</td>
              <td>{kafka.rangeText(offsetText(fromOffset, language), offsetText(toOffset, language))}</td>
              <td>{dateTime(atUs, style)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </Panel>
  );
}
