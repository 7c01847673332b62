import { ArrowDown, ArrowUp } from 'lucide-react';
import type { ReactNode } from 'react';
import { duration } from '../../format/time';
import { BEATS } from '../../stores/beat-store';
import { useHealth } from '../../stores/health-store';
import { setQuery } from '../../stores/route-store';
import { useTexts } from '../../texts/texts';
import styles from './overview-head.module.css';
import { nextSort, type Order, type SortKey } from './overview-order';
import rowStyles from './target-row.module.css';

interface Props {
  order: Order;
}

/** The names of the columns; those that can be sorted by are buttons, the first of which brings problems back to the top. */
export function OverviewHead({ order }: Props) {
  const { overview, language } = useTexts();
  const windowMs = useHealth(({ health }) => health?.windows.windowMs);
  const beatsLabel =
    windowMs === undefined
      ? overview.heartbeatsPlain
      : overview.heartbeats(duration(windowMs * 1000 * BEATS, language));
  const { sort } = order;

  function column(key: SortKey, label: string, isNumber = true, shown: ReactNode = label) {
    const direction = sort?.key === key ? sort.direction : null;
    const Arrow = direction === 'ascending' ? ArrowUp : ArrowDown;
    return (
      <span
        role="columnheader"
        key={key}
        aria-sort={direction ?? undefined}
        className={isNumber ? rowStyles.number : undefined}
      >
        <button
          type="button"
          className={styles.sort}
          title={overview.sortBy(label)}
          aria-label={label}
          onClick={() => setQuery({ sort: nextSort(order, key) })}
        >
          {direction !== null && <Arrow aria-hidden="true" />}
          {shown}
        </button>
      </span>
    );
  }

  return (
    <div className={rowStyles.head} role="row" aria-rowindex={1}>
      <span role="columnheader">
        <button
          type="button"
          className={styles.sort}
          title={overview.sortProblems}
          aria-label={`${overview.state}. ${overview.sortProblems}`}
          aria-pressed={sort === null}
          onClick={() => setQuery({ sort: null })}
        >
          {overview.state}
        </button>
      </span>
      {column('name', overview.target, false)}
      {column('now', overview.now)}
      <span role="columnheader">{overview.lastMinutes}</span>
      {column('p95', overview.p50p95)}
      <span role="columnheader">{beatsLabel}</span>
      {column('day', overview.uptimeFor(overview.spanDay))}
      {column('week', overview.uptimeFor(overview.spanWeek), true, overview.spanWeek)}
      {column('month', overview.uptimeFor(overview.spanMonth), true, overview.spanMonth)}
      {column('failure', overview.lastFailure, false)}
      <span role="columnheader">
        <span className="visually-hidden">{overview.edit}</span>
      </span>
    </div>
  );
}
