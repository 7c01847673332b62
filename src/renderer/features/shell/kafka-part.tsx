import type { KafkaHealth } from '../../../shared/contract/kafka';
import { StateShape } from '../../components/state-mark';
import { useNow } from '../../components/use-now';
import { awaySinceUs, lagOf, waitingForUs } from '../../format/kafka';
import { shortCount } from '../../format/number';
import { duration } from '../../format/time';
import { useHealth } from '../../stores/health-store';
import { useTexts } from '../../texts/texts';
import styles from './summary-line.module.css';

interface Props {
  kafka: KafkaHealth;
  /** Records wait at the broker longer than they should. */
  behind: boolean;
  nowUs: number;
}

/** Kafka in the strip: its lag, or what waits here while it is away. */
export function KafkaPart({ kafka: health, behind, nowUs }: Props) {
  const { kafka, language } = useTexts();
  const { connection, forwarder } = health;
  const short = (value: number) => shortCount(value, language);
  const waitingUs = waitingForUs(health, nowUs);
  const lag = lagOf(health);
  let words: string = kafka.stateOf[connection.state];
  if (waitingUs !== null && forwarder !== null) {
    words = kafka.stripAway(short(forwarder.backlog), duration(waitingUs, language));
  } else if (connection.state === 'connected') {
    if (lag !== null) words = kafka.stripLag(short(lag));
    else if (forwarder !== null) words = kafka.stripBacklog(short(forwarder.backlog));
  }
  const bad = connection.state === 'failed' || waitingUs !== null || behind;
  return (
    <a href="#/pipeline" data-bad={bad ? '' : undefined}>
      Kafka <b>{words}</b>
    </a>
  );
}

/** In the line above the screens, only while the cluster is away. */
export function KafkaAway() {
  const health = useHealth((held) => held.health?.kafka ?? null);
  const now = useNow(1000);
  const { kafka, language } = useTexts();
  const sinceUs = health === null ? null : awaySinceUs(health, now);
  if (sinceUs === null) return null;
  return (
    <a href="#/pipeline" className={styles.away}>
      <StateShape state="down" />
      {kafka.away(duration(now - sinceUs, language))}
    </a>
  );
}
