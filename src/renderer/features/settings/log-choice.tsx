import { useTexts } from '../../texts/texts';
import type { LogForm } from './log-form';
import styles from './log-panel.module.css';

const LOGS = ['embedded', 'kafka'] as const;

interface Props {
  value: LogForm['log'];
  error: string | undefined;
  onChange(log: LogForm['log']): void;
}

/** Which log carries the probes. */
export function LogChoice({ value, error, onChange }: Props) {
  const { settings: words } = useTexts();
  return (
    <fieldset className={styles.choice}>
      <legend>{words.logQuestion}</legend>
      {LOGS.map((log) => (
        <label key={log}>
          <input
            type="radio"
            name="log"
            value={log}
            checked={value === log}
            onChange={() => onChange(log)}
            aria-describedby={`log-${log}`}
          />
          <span>
            <strong>{words.logOf[log]}</strong>
            <small id={`log-${log}`} className={styles.hint}>
              {words.logHintOf[log]}
            </small>
          </span>
        </label>
      ))}
      {error !== undefined && (
        <p className={styles.error} role="alert">
          {error}
        </p>
      )}
    </fieldset>
  );
}
