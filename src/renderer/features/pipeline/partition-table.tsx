import { useVirtualizer } from '@tanstack/react-virtual';
import { useRef } from 'react';
import type { KafkaHealth, PartitionHealth } from '../../../shared/contract/kafka';
import { Panel } from '../../components/panel';
import { useNow } from '../../components/use-now';
import { lagOf, offsetText, rangesText } from '../../format/kafka';
import { count, decimal, NONE } from '../../format/number';
import { useTexts } from '../../texts/texts';
import styles from './kafka.module.css';

const ROW_HEIGHT = 29;
/** More of them than this are not all in the page at once. */
const ALL = 50;

interface RowProps {
  partition: PartitionHealth;
  index: number;
  nowUs: number;
  holdsBack: boolean;
}

function Row({ partition, index, nowUs, holdsBack }: RowProps) {
  const { kafka, language } = useTexts();
  const { owned, nextOffset, endOffset, lag, watermarkUs, idle, eventsPerSecond } = partition;
  const notes = [holdsBack ? kafka.holdsBack : null, idle ? kafka.idle : null].filter(
    (note) => note !== null,
  );
  return (
    <tr
      // Beneath the head, which is the first.
      aria-rowindex={index + 2}
      data-elsewhere={owned ? undefined : ''}
      data-holds={holdsBack ? '' : undefined}
    >
      <th scope="row">{partition.partition}</th>
      <td className={styles.word}>{owned ? kafka.here : kafka.another}</td>
      <td>{offsetText(nextOffset, language)}</td>
      <td>{offsetText(endOffset, language)}</td>
      <td>{lag === null ? NONE : count(lag, language)}</td>
      <td>
        {watermarkUs === null ? NONE : `−${count(Math.max(0, (nowUs - watermarkUs) / 1e6), language)} s`}
      </td>
      <td>{owned ? decimal(eventsPerSecond, eventsPerSecond < 10 ? 1 : 0, language) : NONE}</td>
      <td className={styles.word}>{notes.join(', ')}</td>
    </tr>
  );
}

/** Every partition that the lake counts on: who reads it, how far, and which one holds the watermark back. */
export function PartitionTable({ health }: { health: KafkaHealth }) {
  const { kafka, language } = useTexts();
  const now = useNow(1000);
  const { partitions, heldBackBy, unusedPartitions } = health;
  const scroller = useRef<HTMLDivElement>(null);
  const virtual = useVirtualizer({
    count: partitions.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW_HEIGHT,
    overscan: 8,
    enabled: partitions.length > ALL,
  });
  const isLong = partitions.length > ALL;
  const items = virtual.getVirtualItems();
  const shown = isLong ? items.map(({ index }) => index) : partitions.map((_, index) => index);
  const above = isLong ? (items[0]?.start ?? 0) : 0;
  const below = isLong ? virtual.getTotalSize() - (items.at(-1)?.end ?? 0) : 0;
  const number = (value: number) => count(value, language);
  const lag = lagOf(health);
  const owned = partitions.filter((partition) => partition.owned).length;
  const columns = [
    kafka.partition,
    kafka.owner,
    kafka.next,
    kafka.end,
    kafka.lag,
    kafka.watermark,
    kafka.events,
    kafka.note,
  ];
  const sum = (
    <span className={styles.sum}>
      {kafka.partitionsSum(number(partitions.length), number(owned), lag === null ? NONE : number(lag))}
    </span>
  );
  return (
    <Panel title={kafka.partitions} action={partitions.length === 0 ? undefined : sum}>
      {partitions.length === 0 && <p className={styles.none}>{kafka.noPartitions}</p>}
      {partitions.length > 0 && (
        <div
          ref={scroller}
          className={styles.scroller}
          role="group"
          aria-label={kafka.partitions}
          // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keyboard
          tabIndex={0}
        >
          <table
            className={styles.table}
            aria-rowcount={partitions.length + 1}
            // What is not in the page keeps its room.
            style={{ marginTop: above, marginBottom: below }}
          >
            <caption className="visually-hidden">{kafka.partitions}</caption>
            <thead>
              <tr aria-rowindex={1}>
                {columns.map((column) => (
                  <th
                    key={column}
                    scope="col"
                    className={column === kafka.owner || column === kafka.note ? styles.word : undefined}
                  >
                    {column}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {shown.map((index) => {
                const partition = partitions[index];
                return partition === undefined ? null : (
                  <Row
                    key={partition.partition}
                    partition={partition}
                    index={index}
                    nowUs={now}
                    holdsBack={heldBackBy === partition.partition}
                  />
                );
              })}
            </tbody>
          </table>
        </div>
      )}
      {unusedPartitions.length > 0 && (
        <p className={styles.unused}>
          {kafka.unused(
            number(partitions.length + unusedPartitions.length),
            number(partitions.length),
            rangesText(unusedPartitions),
            unusedPartitions.length > 1,
          )}
        </p>
      )}
    </Panel>
  );
}
