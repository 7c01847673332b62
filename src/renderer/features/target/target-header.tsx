import { Pencil } from 'lucide-react';
import type { TargetView } from '../../../shared/contract/commands';
import { Ago } from '../../components/ago';
import { Button } from '../../components/button';
import { CopyButton } from '../../components/copy-button';
import { StateMark } from '../../components/state-mark';
import { Value } from '../../components/value';
import { latency } from '../../format/number';
import { failureText, reasonText, STATE_ROLE } from '../../format/state';
import { stateOf, titleOf } from '../../format/target';
import { setQuery } from '../../stores/route-store';
import { useTargets } from '../../stores/target-store';
import { useTexts } from '../../texts/texts';
import { TargetMenu } from '../target-menu';
import styles from './target-header.module.css';

/** State, since when, and the sentence why. */
export function TargetHeader({ target }: { target: TargetView }) {
  const texts = useTexts();
  const { overview, target: words, language } = texts;
  const live = useTargets((held) => held.states.get(target.id));
  const state = useTargets((held) => stateOf(target, held.states));
  const reason = live === undefined ? null : reasonText(live, texts, language);
  const failure = live?.lastFailure ?? null;
  return (
    <header className={styles.header} data-role={STATE_ROLE[state]}>
      <div className={styles.who}>
        <h1 className={styles.title}>{titleOf(target)}</h1>
        <p className={styles.url}>
          <span>{target.method}</span>
          <code>{target.displayUrl}</code>
          <CopyButton text={target.displayUrl} label={words.copyUrl} />
        </p>
      </div>
      <div className={styles.now}>
        <p className={styles.state}>
          <StateMark state={state} />
          {live?.sinceUs != null && <Ago us={live.sinceUs} words={words.since} />}
          {state !== 'down' && state !== 'paused' && live?.latencyMs != null && (
            <strong>
              <Value of={latency(live.latencyMs, language)} />
            </strong>
          )}
        </p>
        <p className={styles.reason}>
          {reason !== null && <strong>{reason}</strong>}
          {reason === null && failure !== null && (
            <Ago
              us={failure.timestampUs}
              words={(age) => words.lastFailure(failureText(failure, texts), age)}
            />
          )}
        </p>
      </div>
      <div className={styles.actions}>
        <Button onClick={() => setQuery({ edit: target.id })}>
          <Pencil aria-hidden="true" />
          {overview.edit}
        </Button>
        <TargetMenu target={target} />
      </div>
    </header>
  );
}
