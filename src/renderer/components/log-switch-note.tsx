import type { LogSwitch } from '../../shared/contract/kafka';
import { count } from '../format/number';
import { clockTime } from '../format/time';
import { useTexts } from '../texts/texts';
import styles from './log-switch-note.module.css';
import { useNow } from './use-now';
import { useTimeStyle } from './use-time-style';

/** A change of the log that is not finished: what still travels the old way, and where it waits. */
export function LogSwitchNote({ change }: { change: LogSwitch }) {
  const { kafka, language } = useTexts();
  const style = useTimeStyle();
  const today = useNow(60_000);
  const { from, to, atUs, pendingHere, pendingAtBroker } = change;
  const waiting = [
    kafka.pendingHere(count(pendingHere, language)),
    pendingAtBroker === null ? kafka.pendingUnknown : kafka.pendingAtBroker(count(pendingAtBroker, language)),
  ];
  return (
    <div className={styles.note}>
      <p>
        <strong>{kafka.switching(kafka.logOf[from], kafka.logOf[to])}</strong>{' '}
        {kafka.switchSince(clockTime(atUs, today, style))}: {waiting.join(', ')}.
      </p>
      <p className={styles.hint}>{kafka.switchHint}</p>
    </div>
  );
}
