import { Value } from '../components/value';
import { latency } from '../format/number';
import { useTexts } from '../texts/texts';
import styles from './waterfall.module.css';

export type PhasesMs = readonly [number | null, number | null, number | null, number | null, number | null];

export const PHASE_ROLES = ['dns', 'connect', 'tls', 'ttfb', 'transfer'] as const;

export function usePhaseNames(): readonly string[] {
  const { states } = useTexts();
  return [states.phaseDns, states.phaseConnect, states.phaseTls, states.phaseTtfb, states.phaseTransfer];
}

/** One attempt's phases one after the other; a phase that did not happen has no bar. */
export function Waterfall({ phasesMs }: { phasesMs: PhasesMs }) {
  const { language } = useTexts();
  const names = usePhaseNames();
  const total = phasesMs.reduce<number>((sum, ms) => sum + (ms ?? 0), 0);
  if (total === 0) return null;
  let before = 0;
  return (
    <dl className={styles.waterfall}>
      {PHASE_ROLES.map((role, at) => {
        const ms = phasesMs[at] ?? null;
        const left = (before / total) * 100;
        before += ms ?? 0;
        return (
          <div key={role} className={styles.phase}>
            <dt>{names[at]}</dt>
            <dd className={styles.track} aria-hidden="true">
              {ms !== null && (
                <span
                  className={styles.bar}
                  data-phase={role}
                  style={{ left: `${left}%`, width: `max(2px, ${(ms / total) * 100}%)` }}
                />
              )}
            </dd>
            <dd className={styles.ms}>
              <Value of={latency(ms, language)} />
            </dd>
          </div>
        );
      })}
    </dl>
  );
}
