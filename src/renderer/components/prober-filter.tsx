import { proberName } from '../format/prober';
import { useChosenProber, useProbers } from '../stores/prober-store';
import { setQuery } from '../stores/route-store';
import { useTexts } from '../texts/texts';
import styles from './prober-filter.module.css';

/** Whose measurements are shown; nothing where there is but one prober. The choice stands in the address. */
export function ProberFilter() {
  const { probers: words } = useTexts();
  const probers = useProbers((held) => held.probers);
  const chosen = useChosenProber();
  if (probers.length < 2 && chosen === null) return null;
  // One that the address names and nobody knows: it can be seen, and left.
  const isKnown = chosen === null || probers.some(({ probeId }) => probeId === chosen);
  return (
    <label className={styles.filter}>
      {words.filter}
      <select
        name="prober"
        value={chosen ?? ''}
        onChange={({ target }) => setQuery({ prober: target.value === '' ? null : target.value })}
      >
        <option value="">{words.all}</option>
        {probers.map(({ probeId, own }) => (
          <option key={probeId} value={probeId}>
            {own ? words.ours(proberName(probeId, probers)) : proberName(probeId, probers)}
          </option>
        ))}
        {!isKnown && <option value={chosen}>{words.unheard(chosen)}</option>}
      </select>
    </label>
  );
}
