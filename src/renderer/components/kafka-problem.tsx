import type { KafkaProblem as Problem } from '../../shared/contract/kafka';
import { problemText } from '../format/kafka';
import { useTexts } from '../texts/texts';
import styles from './kafka-problem.module.css';

/** What stands between us and the cluster, and beneath it the engine's own words with the particulars. */
export function KafkaProblem({ problem }: { problem: Problem }) {
  const texts = useTexts();
  return (
    <div className={styles.problem}>
      <p>{problemText(problem, texts)}</p>
      {problem.message !== '' && (
        <p className={styles.detail}>
          {texts.kafka.detail}: <span lang="en">{problem.message}</span>
        </p>
      )}
    </div>
  );
}
