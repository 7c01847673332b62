import { useTexts } from '../texts/texts';
import styles from './remote-badge.module.css';

/** Says that a target is configured elsewhere. */
export function RemoteBadge() {
  const { probers } = useTexts();
  return (
    <span className={styles.badge} title={probers.remoteWhy}>
      {probers.remote}
    </span>
  );
}
