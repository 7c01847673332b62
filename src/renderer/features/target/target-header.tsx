import { Pencil } from 'lucide-react';
import { Ago } from '../../components/ago';
import { Button } from '../../components/button';
import { CopyButton } from '../../components/copy-button';
import { DisputeMark } from '../../components/dispute-mark';
import { RemoteBadge } from '../../components/remote-badge';
import { StateMark } from '../../components/state-mark';
import { Value } from '../../components/value';
import { latency } from '../../format/number';
import { seenBy } from '../../format/prober';
import { failureText, reasonText, STATE_ROLE } from '../../format/state';
import { type ShownTarget, stateOf, titleOf } from '../../format/target';
import { useChosenProber } from '../../stores/prober-store';
import { setQuery } from '../../stores/route-store';
import { useTargets } from '../../stores/target-store';
import { useTexts } from '../../texts/texts';
import { TargetMenu } from '../target-menu';
import { useElsewhere } from '../use-elsewhere';
import styles from './target-header.module.css';

/** State, since when, and the sentence why. */
export function TargetHeader({ target }: { target: ShownTarget }) {
  const texts = useTexts();
  const { overview, target: words, language } = texts;
  const probeId = useChosenProber();
  const whole = useTargets((held) => held.states.get(target.id));
  const live = seenBy(whole, probeId);
  const state = useTargets((held) => stateOf(target, held.states, probeId));
  const elsewhere = useElsewhere(target, state);
  const reason = live === undefined ? null : reasonText(live, texts, language);
  const failure = live?.lastFailure ?? null;
  return (
    <header className={styles.header} data-role={STATE_ROLE[state]}>
      <div className={styles.who}>
        <h1 className={styles.title}>
          <span>{titleOf(target)}</span>
          {target.remote && <RemoteBadge />}
        </h1>
        <p className={styles.url}>
          {!target.remote && <span>{target.method}</span>}
          <code>{target.displayUrl}</code>
          <CopyButton text={target.displayUrl} label={words.copyUrl} />
        </p>
      </div>
      <div className={styles.now}>
        <p className={styles.state}>
          <StateMark state={state} word={elsewhere ? texts.kafka.elsewhereState : undefined} />
          <DisputeMark state={live} full />
          {!elsewhere && live?.sinceUs != null && <Ago us={live.sinceUs} words={words.since} />}
          {!elsewhere && state !== 'down' && state !== 'paused' && live?.latencyMs != null && (
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
      {!target.remote && (
        <div className={styles.actions}>
          <Button onClick={() => setQuery({ edit: target.id })}>
            <Pencil aria-hidden="true" />
            {overview.edit}
          </Button>
          <TargetMenu target={target} />
        </div>
      )}
    </header>
  );
}
