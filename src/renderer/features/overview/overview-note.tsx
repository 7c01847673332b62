import { Note } from '../../components/note';
import { elsewhereOf } from '../../format/kafka';
import { count } from '../../format/number';
import { useHealth } from '../../stores/health-store';
import { useTexts } from '../../texts/texts';

/** What of the list other processes do, where this one does not do all. */
export function OverviewNote() {
  const { kafka, language } = useTexts();
  const role = useHealth(({ health }) => health?.role ?? null);
  const all = useHealth(({ health }) => health?.kafka?.partitions.length ?? 0);
  const elsewhere = useHealth(({ health }) => (health?.kafka == null ? 0 : elsewhereOf(health.kafka)));
  if (role === 'prober') return <Note>{kafka.windowsElsewhere}</Note>;
  if (elsewhere === 0) return null;
  return <Note>{kafka.someElsewhere(count(elsewhere, language), count(all, language))}</Note>;
}
