import type { ReactNode } from 'react';
import type { Health } from '../../../shared/contract/health';
import type { KafkaHealth } from '../../../shared/contract/kafka';
import { LostPanel, QuarantinePanel } from './aside-panels';
import styles from './kafka.module.css';
import { ConnectionPanel, ForwarderPanel } from './kafka-connection';
import { PartitionTable } from './partition-table';

interface Props {
  health: Health;
  kafka: KafkaHealth;
  /** What stands beneath them on every pipeline page. */
  process: ReactNode;
  notices: ReactNode;
}

/** Everything of the cluster, beside what the page has anyway. */
export function KafkaSection({ health, kafka, process, notices }: Props) {
  const { role, lake } = health;
  return (
    <div className={styles.section}>
      <div className={styles.side}>
        <ConnectionPanel health={kafka} role={role} />
        {role !== 'prober' && <ForwarderPanel health={kafka} />}
        {process}
      </div>
      <div className={styles.main}>
        {role === 'prober' ? <ForwarderPanel health={kafka} /> : <PartitionTable health={kafka} />}
        {kafka.quarantine.length > 0 && (
          <QuarantinePanel quarantine={kafka.quarantine} lakePath={lake.path} />
        )}
        {kafka.lost.length > 0 && <LostPanel lost={kafka.lost} />}
        {notices}
      </div>
    </div>
  );
}
