import { Note } from '../../components/note';
import { type ShownTarget, stateOf } from '../../format/target';
import { useHealth } from '../../stores/health-store';
import { useChosenProber } from '../../stores/prober-store';
import { useTargets } from '../../stores/target-store';
import { useTexts } from '../../texts/texts';
import { useElsewhere } from '../use-elsewhere';

/** Why there is less of a target here than one would expect: somebody else has it. */
export function TargetNote({ target }: { target: ShownTarget }) {
  const { kafka } = useTexts();
  const probeId = useChosenProber();
  const state = useTargets((held) => stateOf(target, held.states, probeId));
  const role = useHealth(({ health }) => health?.role ?? null);
  const elsewhere = useElsewhere(target, state);
  if (role === 'prober') return <Note>{kafka.windowsElsewhere}</Note>;
  return elsewhere ? <Note>{kafka.targetElsewhere}</Note> : null;
}
