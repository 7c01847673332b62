import { memo } from 'react';
import type { Beat, UptimeSpan } from '../../../shared/contract/overview';
import { Heartbeats } from '../../charts/heartbeats';
import { Sparkline } from '../../charts/sparkline';
import { Ago } from '../../components/ago';
import { DisputeMark } from '../../components/dispute-mark';
import { RemoteBadge } from '../../components/remote-badge';
import { StateMark } from '../../components/state-mark';
import { Value } from '../../components/value';
import { count, latency, NONE, percent, quantityText } from '../../format/number';
import { seenBy } from '../../format/prober';
import { failureText, reasonText, STATE_ROLE } from '../../format/state';
import { type ShownTarget, stateOf, titleOf } from '../../format/target';
import { useBeats } from '../../stores/beat-store';
import { engineNowUs } from '../../stores/link-store';
import { useRings } from '../../stores/probe-rings';
import { placeOf, useChosenProber, useProbers } from '../../stores/prober-store';
import { routeHref } from '../../stores/route-store';
import { useTargets } from '../../stores/target-store';
import { useTexts } from '../../texts/texts';
import { TargetMenu } from '../target-menu';
import { useElsewhere } from '../use-elsewhere';
import { Address } from './address';
import styles from './target-row.module.css';

/** Coverage is worth a word from here down, %. */
const COVERAGE_WORTH_SAYING = 99.5;

function UptimeCell({ span }: { span: UptimeSpan | undefined }) {
  const { overview, language } = useTexts();
  if (span === undefined || span.uptimePct === null) return <span className={styles.none}>{NONE}</span>;
  const coverage = span.coveragePct;
  return (
    <span
      className={styles.stack}
      title={overview.spanOf(count(span.totalPings, language), count(span.errorCount, language))}
    >
      <Value of={percent(span.uptimePct, span.totalPings, language)} />
      {coverage !== null && coverage < COVERAGE_WORTH_SAYING && (
        <span className={styles.small}>
          <span aria-hidden="true" title={overview.coverage(quantityText(percent(coverage, 1000, language)))}>
            ◔ {quantityText(percent(coverage, 20, language))}
          </span>
          <span className="visually-hidden">
            {overview.coverage(quantityText(percent(coverage, 1000, language)))}
          </span>
        </span>
      )}
    </span>
  );
}

function Percentiles({ targetId }: { targetId: string }) {
  const beats = useBeats((held) => held.beats.get(targetId));
  const { language } = useTexts();
  const last = beats?.findLast((beat) => beat.totalPings > 0);
  if (last === undefined) return <span className={styles.none}>{NONE}</span>;
  return (
    <span className={styles.stack}>
      <Value of={latency(last.p50Ms, language)} />
      <Value of={latency(last.p95Ms, language)} />
    </span>
  );
}

/** The target's state as all together see it, or the prober in the address. */
function useSeen(targetId: string) {
  const probeId = useChosenProber();
  return seenBy(
    useTargets((held) => held.states.get(targetId)),
    probeId,
  );
}

function LastFailure({ targetId }: { targetId: string }) {
  const state = useSeen(targetId);
  const texts = useTexts();
  if (state === undefined) return null;
  const reason = reasonText(state, texts, texts.language);
  const failure = state.lastFailure;
  if (failure === null) {
    return <span className={styles.none}>{reason ?? texts.overview.noFailure}</span>;
  }
  const text = reason ?? failureText(failure, texts);
  return (
    <span className={styles.stack} data-role={reason === null ? undefined : STATE_ROLE[state.state]}>
      <span className={styles.reason} title={text}>
        {text}
      </span>
      <span className={styles.small}>
        <Ago us={failure.timestampUs} words={texts.overview.failureAgo} />
      </span>
    </span>
  );
}

function Now({ targetId }: { targetId: string }) {
  const state = useSeen(targetId);
  const { language } = useTexts();
  const shown = state === undefined || state.state === 'paused' ? null : state.latencyMs;
  return <Value of={latency(shown, language)} />;
}

/** The history of the last minutes, drawn anew with every probe: a component of its own, so that nothing else is. */
function LastMinutes({ targetId }: { targetId: string }) {
  const { rings, version } = useRings(targetId);
  const probeId = useChosenProber();
  const probers = useProbers((held) => held.probers);
  const lines = [...rings]
    .filter(([id, ring]) => ring.length > 0 && (probeId === null || id === probeId))
    .map(([id, ring]) => ({ ring, place: placeOf(id, probers) }));
  return <Sparkline lines={lines} version={version} endUs={engineNowUs()} />;
}

const NO_BEATS: readonly Beat[] = [];

function LastWindows({ targetId }: { targetId: string }) {
  return <Heartbeats beats={useBeats((held) => held.beats.get(targetId)) ?? NO_BEATS} />;
}

function Dispute({ targetId }: { targetId: string }) {
  return <DisputeMark state={useSeen(targetId)} />;
}

/** One target as a sentence from left to right. What changes with every probe is in the cells that show it. */
export const TargetRow = memo(function TargetRow({ target, index }: { target: ShownTarget; index: number }) {
  const probeId = useChosenProber();
  const state = useTargets((held) => stateOf(target, held.states, probeId));
  const spans = useBeats((held) => held.uptimes.get(target.id));
  const title = titleOf(target);
  const elsewhere = useElsewhere(target, state);
  const { kafka } = useTexts();
  return (
    <div
      className={styles.row}
      role="row"
      aria-rowindex={index + 2}
      data-role={STATE_ROLE[state]}
      data-state={state}
    >
      <span role="cell" className={styles.state}>
        <StateMark state={state} word={elsewhere ? kafka.elsewhereState : undefined} />
        <Dispute targetId={target.id} />
      </span>
      <span role="cell" className={styles.stack}>
        <span className={styles.title}>
          <a
            className={styles.name}
            href={routeHref(['targets', target.id], probeId === null ? [] : [['prober', probeId]])}
            title={target.displayUrl}
            aria-label={title}
          >
            {target.name === '' ? <Address url={title} /> : title}
          </a>
          {target.remote && <RemoteBadge />}
        </span>
        {target.name !== '' && <span className={styles.url}>{target.displayUrl}</span>}
      </span>
      <span role="cell" className={styles.number}>
        {elsewhere ? <span className={styles.none}>{NONE}</span> : <Now targetId={target.id} />}
      </span>
      <span role="cell">
        <LastMinutes targetId={target.id} />
      </span>
      <span role="cell" className={styles.number}>
        <Percentiles targetId={target.id} />
      </span>
      <span role="cell">
        <LastWindows targetId={target.id} />
      </span>
      {[0, 1, 2].map((at) => (
        <span role="cell" key={at} className={styles.number}>
          <UptimeCell span={spans?.[at]} />
        </span>
      ))}
      <span role="cell" className={styles.failure}>
        <LastFailure targetId={target.id} />
      </span>
      <span role="cell" className={styles.actions}>
        {!target.remote && <TargetMenu target={target} />}
      </span>
    </div>
  );
});
