import type { KafkaProblem as Problem } from '../../shared/contract/kafka';
import { useTexts } from '../texts/texts';
import styles from './kafka-problem.module.css';

/** What stands between us and the cluster, and beneath it, in another language, the engine's own words with the particulars. */
export function KafkaProblem({ problem }: { problem: Problem }) {
  const { kafka } = useTexts();
  const sentence = kafka.problem(problem);
  return (
    <div className={styles.problem}>
      <p className={styles.title}>
        {kafka.problemTitleOf[problem.kind]}
        {problem.broker !== null && <code>{problem.broker}</code>}
      </p>
      <p>{sentence}</p>
      {sentence !== problem.message && (
        <p className={styles.detail}>
          {kafka.detail}: <span lang="en">{problem.message}</span>
        </p>
      )}
    </div>
  );
}
