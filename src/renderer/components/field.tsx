import { type ReactNode, useId } from 'react';
import styles from './field.module.css';

interface Control {
  id: string;
  'aria-invalid': boolean;
  'aria-describedby': string | undefined;
}

interface Props {
  label: string;
  hint?: string;
  error?: string | undefined;
  /** A caution that does not stand in the way. */
  warning?: string | undefined;
  children(control: Control): ReactNode;
}

/** A label, its control, and beneath it the error, or else the hint. */
export function Field({ label, hint, error, warning, children }: Props) {
  const id = useId();
  const message = error ?? hint;
  const described = [message === undefined ? '' : `${id}-m`, warning === undefined ? '' : `${id}-w`]
    .filter((part) => part !== '')
    .join(' ');
  return (
    <div className={styles.field}>
      <label htmlFor={id} className={styles.label}>
        {label}
      </label>
      {children({
        id,
        'aria-invalid': error !== undefined,
        'aria-describedby': described === '' ? undefined : described,
      })}
      {message !== undefined && (
        <p id={`${id}-m`} className={error === undefined ? styles.hint : styles.error} aria-live="polite">
          {message}
        </p>
      )}
      {warning !== undefined && (
        <p id={`${id}-w`} className={styles.warning}>
          {warning}
        </p>
      )}
    </div>
  );
}
