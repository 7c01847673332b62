import { useState } from 'react';
import { titleOf } from '../../format/target';
import { useTargets } from '../../stores/target-store';
import { useTexts } from '../../texts/texts';
import { arrange } from '../overview/shown-targets';
import styles from './data.module.css';

interface Props {
  /** Null = all of them. */
  chosen: ReadonlySet<string> | null;
  error: string | undefined;
  onChange(chosen: ReadonlySet<string> | null): void;
}

export function TargetChoice({ chosen, error, onChange }: Props) {
  const { data } = useTexts();
  const [search, setSearch] = useState('');
  const { targets, states } = useTargets.getState();
  const all = chosen === null;
  const shown = all ? [] : arrange(targets ?? [], states, search, null);
  const toggle = (id: string) => {
    const next = new Set(chosen);
    if (!next.delete(id)) next.add(id);
    onChange(next);
  };
  return (
    <fieldset className={styles.choice}>
      <legend>{data.targets}</legend>
      <label>
        <input type="radio" name="targets" checked={all} onChange={() => onChange(null)} />
        {data.allTargets}
      </label>
      <label>
        <input type="radio" name="targets" checked={!all} onChange={() => onChange(new Set())} />
        {data.someTargets}
      </label>
      {!all && (
        <>
          <input
            type="search"
            className={styles.search}
            aria-label={data.filterTargets}
            placeholder={data.filterTargets}
            value={search}
            onChange={(event) => setSearch(event.target.value)}
          />
          <div className={styles.list}>
            {shown.map((target) => (
              <label key={target.id} title={target.displayUrl}>
                <input type="checkbox" checked={chosen.has(target.id)} onChange={() => toggle(target.id)} />
                {titleOf(target)}
              </label>
            ))}
          </div>
        </>
      )}
      {error !== undefined && (
        <p className={styles.error} role="alert">
          {error}
        </p>
      )}
    </fieldset>
  );
}
