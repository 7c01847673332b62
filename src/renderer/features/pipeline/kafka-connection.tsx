import type { KafkaHealth } from '../../../shared/contract/kafka';
import type { Role } from '../../../shared/domain/kafka-settings';
import { Ago } from '../../components/ago';
import { KafkaProblem } from '../../components/kafka-problem';
import { Facts, Panel } from '../../components/panel';
import { useNow } from '../../components/use-now';
import { waitingForUs } from '../../format/kafka';
import { bytesText, count, decimal } from '../../format/number';
import { duration } from '../../format/time';
import { useTexts } from '../../texts/texts';
import { ConnectionMark } from './connection-mark';
import styles from './kafka.module.css';

/** Which cluster, and what stands between us and it. */
export function ConnectionPanel({ health, role }: { health: KafkaHealth; role: Role }) {
  const { kafka } = useTexts();
  const { connection, brokers, clusterId, topic, group } = health;
  return (
    <Panel title={kafka.connection}>
      <Facts
        rows={[
          [
            'Kafka',
            <span key="state" className={styles.state}>
              <ConnectionMark state={connection.state} />
              <Ago us={connection.sinceUs} words={kafka.since} />
            </span>,
          ],
          [kafka.role, kafka.roleOf[role]],
          [
            kafka.brokers,
            <span key="brokers" className={styles.list}>
              {brokers.map((broker) => (
                <code key={broker} title={broker}>
                  {broker}
                </code>
              ))}
            </span>,
          ],
          [kafka.cluster, clusterId === null ? kafka.unknown : <code key="cluster">{clusterId}</code>],
          [kafka.topic, <code key="topic">{topic}</code>],
          [kafka.group, <code key="group">{group}</code>],
        ]}
      />
      {connection.problem !== null && connection.state !== 'connected' && (
        <KafkaProblem problem={connection.problem} />
      )}
    </Panel>
  );
}

/** What of our own probes no broker has acknowledged, and how fast that goes. */
export function ForwarderPanel({ health }: { health: KafkaHealth }) {
  const { kafka, language } = useTexts();
  const now = useNow(1000);
  const { forwarder } = health;
  if (forwarder === null) return null;
  const waitingUs = waitingForUs(health, now);
  const { backlog, backlogBytes, oldestUs, shipped, shippedPerSecond, lastAckUs } = forwarder;
  const mark = waitingUs === null ? styles.whole : styles.bad;
  const number = (value: number) => count(value, language);
  return (
    <Panel title={kafka.forwarder}>
      <Facts
        rows={[
          [
            kafka.backlog,
            <span key="backlog" className={mark}>
              {kafka.backlogText(number(backlog), bytesText(backlogBytes, language))}
            </span>,
          ],
          [
            kafka.oldest,
            oldestUs === null ? (
              kafka.nothingWaits
            ) : (
              <span key="oldest" className={mark}>
                {duration(now - oldestUs, language)}
              </span>
            ),
          ],
          [kafka.shippedRate, `${decimal(shippedPerSecond, shippedPerSecond < 10 ? 1 : 0, language)} /s`],
          [kafka.shipped, number(shipped)],
          [
            kafka.lastAck,
            lastAckUs === null ? kafka.never : <Ago key="ack" us={lastAckUs} words={kafka.ago} />,
          ],
        ]}
      />
      {waitingUs !== null && <p className={styles.safe}>{kafka.safe}</p>}
    </Panel>
  );
}
