import { Search, X } from 'lucide-react';
import { Button } from '../../components/button';
import { ProberFilter } from '../../components/prober-filter';
import { count } from '../../format/number';
import { STATE_ROLE, type StateName } from '../../format/state';
import { setQuery, useRoute } from '../../stores/route-store';
import { useTexts } from '../../texts/texts';
import styles from './overview.module.css';
import { GROUPS, type GroupKey } from './overview-order';

interface Props {
  /** How many targets match, and how many there are. */
  shown: number;
  all: number;
  group: GroupKey | null;
}

/** Which targets are shown, and in which groups; all of it stands in the address. */
export function OverviewFilter({ shown, all, group }: Props) {
  const { overview, states, language } = useTexts();
  const search = useRoute(({ query }) => query.get('q') ?? '');
  const state = useRoute(({ query }) => query.get('state') ?? null);
  return (
    <div className={styles.filter}>
      <h1 className={styles.title}>{overview.title}</h1>
      <span className={styles.search}>
        <Search aria-hidden="true" />
        <input
          type="search"
          aria-label={overview.search}
          placeholder={overview.search}
          value={search}
          onChange={(event) => setQuery({ q: event.target.value === '' ? null : event.target.value })}
          onKeyDown={(event) => {
            if (event.key === 'Escape') setQuery({ q: null });
          }}
        />
      </span>
      {state !== null && state in STATE_ROLE && (
        <Button onClick={() => setQuery({ state: null })} aria-label={overview.clearFilter}>
          {overview.onlyState(states[state as StateName])}
          <X aria-hidden="true" />
        </Button>
      )}
      <span className={styles.count} role="status">
        {overview.count(count(shown, language), count(all, language))}
      </span>
      <span className={styles.space} />
      <ProberFilter />
      <label className={styles.group}>
        {overview.group}
        <select
          name="group"
          value={group ?? ''}
          onChange={({ target }) => setQuery({ group: target.value === '' ? null : target.value })}
        >
          <option value="">{overview.groupOf.none}</option>
          {GROUPS.map((key) => (
            <option key={key} value={key}>
              {overview.groupOf[key]}
            </option>
          ))}
        </select>
      </label>
    </div>
  );
}
