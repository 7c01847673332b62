import type { Health } from '../../../shared/contract/health';
import { engine } from '../../bridge/engine';
import { Ago } from '../../components/ago';
import { Button } from '../../components/button';
import { CopyButton } from '../../components/copy-button';
import { Panel } from '../../components/panel';
import { attempt, say } from '../../components/toaster';
import { useTimeStyle } from '../../components/use-time-style';
import { bytesText, count, latencyText } from '../../format/number';
import { dateTime } from '../../format/time';
import { useTexts } from '../../texts/texts';
import styles from './data.module.css';

/** What the lake holds. */
export function LakePanel({ lake }: { lake: Health['lake'] }) {
  const { data, frame, language } = useTexts();
  const style = useTimeStyle();
  const rows = [
    [data.raw, lake.rawRows, lake.rawFiles, lake.rawBytes],
    [data.metrics, lake.windowRows, lake.windowFiles, lake.windowBytes],
  ] as const;
  const move = () =>
    attempt(async () => {
      const { moved, to } = await engine.invoke('lake.moveForeign', {});
      say(data.moved(count(moved, language), to));
    }, language);
  return (
    <Panel title={data.lakeTitle}>
      <table className={styles.table}>
        <caption className="visually-hidden">{data.lakeTitle}</caption>
        <thead>
          <tr>
            <td />
            <th scope="col">{data.rows}</th>
            <th scope="col">{data.files}</th>
            <th scope="col">{data.bytes}</th>
          </tr>
        </thead>
        <tbody>
          {rows.map(([label, rowCount, files, size]) => (
            <tr key={label}>
              <th scope="row">{label}</th>
              <td>{count(rowCount, language)}</td>
              <td>{count(files, language)}</td>
              <td>{bytesText(size, language)}</td>
            </tr>
          ))}
          <tr>
            <th scope="row">{data.unflushed}</th>
            <td>{count(lake.unflushedRows, language)}</td>
            <td />
            <td />
          </tr>
        </tbody>
      </table>
      <dl className={styles.range}>
        <div>
          <dt>{data.from}</dt>
          <dd>{lake.fromUs === null ? data.never : dateTime(lake.fromUs, style)}</dd>
        </div>
        <div>
          <dt>{data.to}</dt>
          <dd>{lake.toUs === null ? data.never : dateTime(lake.toUs, style)}</dd>
        </div>
        <div>
          <dt>{data.lastFlush}</dt>
          <dd>
            {lake.lastFlushUs === null ? data.never : <Ago us={lake.lastFlushUs} words={frame.saved} />}
            {lake.lastFlushDurationMs !== null &&
              `, ${data.took(latencyText(lake.lastFlushDurationMs, language))}`}
          </dd>
        </div>
      </dl>
      <p className={styles.path}>
        <span>{data.path}</span>
        <code>{lake.path}</code>
        <CopyButton text={lake.path} label={data.copyPath} />
      </p>
      {lake.foreignFiles > 0 && (
        <div className={styles.foreign}>
          <p>{data.foreign(count(lake.foreignFiles, language))}</p>
          <Button onClick={move}>{data.moveForeign}</Button>
        </div>
      )}
    </Panel>
  );
}
