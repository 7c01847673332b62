import type { Quantity } from '../format/number';
import styles from './value.module.css';

/** A number with its unit set apart. */
export function Value({ of: { value, unit } }: { of: Quantity }) {
  return (
    <span className={styles.value}>
      {value}
      {unit !== '' && <span className={styles.unit}> {unit}</span>}
    </span>
  );
}
