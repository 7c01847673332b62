import type { KafkaTest } from '../../../shared/contract/kafka';
import type { KafkaSettings } from '../../../shared/domain/kafka-settings';
import { KafkaProblem } from '../../components/kafka-problem';
import { StateShape } from '../../components/state-mark';
import { useNow } from '../../components/use-now';
import { count } from '../../format/number';
import { useTexts } from '../../texts/texts';
import styles from './log-panel.module.css';

/** A test under way, or what the last one came to. */
export type TestState =
  | { kind: 'running'; sinceUs: number; asked: KafkaSettings }
  | { kind: 'answered'; asked: KafkaSettings; answer: KafkaTest }
  | { kind: 'failed'; sentence: string };

function Elapsed({ sinceUs }: { sinceUs: number }) {
  const now = useNow(500);
  const { language } = useTexts();
  // Only for the eye: a screen reader would read it out every second.
  return <span aria-hidden="true"> {count(Math.max(0, Math.floor((now - sinceUs) / 1e6)), language)} s</span>;
}

function Answer({ asked, answer }: { asked: KafkaSettings; answer: KafkaTest }) {
  const { settings: words, language } = useTexts();
  const { ok, problem, clusterId, brokers, topic } = answer;
  const number = (value: number) => count(value, language);
  const found = [
    brokers === null ? null : words.testCluster(clusterId ?? '–', words.testBrokers(number(brokers))),
    topic !== null
      ? words.testTopic(asked.topic, number(topic.partitions), number(topic.replication))
      : ok
        ? words.testTopicNew(asked.topic, number(asked.partitions), number(asked.replication))
        : null,
  ].filter((line) => line !== null);
  return (
    <>
      {ok && (
        <p className={styles.verdict}>
          <StateShape state="up" /> {words.testOk} <span className={styles.hint}>{words.testNothing}</span>
        </p>
      )}
      {found.map((line) => (
        <p key={line}>{line}</p>
      ))}
      {problem !== null && <KafkaProblem problem={problem} />}
    </>
  );
}

/** What the test of the connection says, said aloud as it comes. */
export function ConnectionTest({ test, stale }: { test: TestState | null; stale: boolean }) {
  const { settings: words } = useTexts();
  return (
    <div className={styles.answer} role="status" data-stale={stale ? '' : undefined}>
      {test?.kind === 'running' && (
        <p>
          {words.testing}
          <Elapsed sinceUs={test.sinceUs} />
        </p>
      )}
      {test !== null && test.kind !== 'running' && stale && <p className={styles.hint}>{words.testStale}</p>}
      {test?.kind === 'answered' && <Answer asked={test.asked} answer={test.answer} />}
      {test?.kind === 'failed' && <p className={styles.error}>{test.sentence}</p>}
    </div>
  );
}
