import type { ReactNode } from 'react';
import styles from './note.module.css';

/** A calm sentence above what it explains. */
export function Note({ children }: { children: ReactNode }) {
  return <p className={styles.note}>{children}</p>;
}
