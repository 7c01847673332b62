import { StateShape } from '../../components/state-mark';
import { count } from '../../format/number';
import { STATE_ROLE, type StateName } from '../../format/state';
import { useTexts } from '../../texts/texts';
import styles from './group-row.module.css';
import type { Group } from './groups';
import type { GroupKey } from './overview-order';

interface Props {
  group: Group;
  by: GroupKey;
  /** In the list, from 0. */
  index: number;
}

/** The line above the targets of a group: what they share, and how they are. */
export function GroupRow({ group: { name, counts }, by, index }: Props) {
  const { overview, states, language } = useTexts();
  const nameless = by === 'host' ? overview.noHost : overview.noTag;
  const isState = by === 'state' && name !== null && name in STATE_ROLE;
  return (
    <div className={styles.row} role="row" aria-rowindex={index + 2}>
      <span role="rowheader" className={styles.name}>
        {isState ? states[name as StateName] : (name ?? nameless)}
      </span>
      <span role="cell" className={styles.counts}>
        {counts.map(([state, number]) => (
          <span key={state} title={states[state]}>
            <StateShape state={state} />
            {count(number, language)}
            <span className="visually-hidden"> {states[state]}</span>
          </span>
        ))}
      </span>
    </div>
  );
}
