import type { TargetState } from '../../shared/contract/questions';
import { disputeOf, proberName } from '../format/prober';
import { useProbers } from '../stores/prober-store';
import { useTexts } from '../texts/texts';
import styles from './dispute-mark.module.css';

/** More than these do not fit into a line. */
const MOST_SAID = 4;

interface Props {
  state: TargetState | undefined;
  /** Whether there is room to say who says what; otherwise that is its title. */
  full?: boolean;
}

/** Who says what the state beside it says, where the probers do not all say the same: "from madrid", "2 of 3 probers". */
export function DisputeMark({ state, full = false }: Props) {
  const { probers: words, states } = useTexts();
  const probers = useProbers((held) => held.probers);
  const spoke = disputeOf(state);
  if (spoke === null || state === undefined) return null;
  const alike = spoke.filter((one) => one.state === state.state);
  const [only] = alike;
  const short =
    alike.length === 1 && only !== undefined
      ? words.from(proberName(only.probeId, probers))
      : words.share(alike.length, spoke.length);
  const whole = spoke
    .map((one) => words.says(states[one.state], proberName(one.probeId, probers)))
    .join(' · ');
  return (
    <span className={styles.mark} title={whole}>
      <span aria-hidden="true">{full && spoke.length <= MOST_SAID ? whole : short}</span>
      <span className="visually-hidden">{words.disagree(whole)}</span>
    </span>
  );
}
