import { useVirtualizer } from '@tanstack/react-virtual';
import { Search, X } from 'lucide-react';
import { useRef } from 'react';
import { Button } from '../../components/button';
import { count } from '../../format/number';
import { STATE_ROLE, type StateName } from '../../format/state';
import { duration } from '../../format/time';
import { BEATS } from '../../stores/beat-store';
import { useHealth } from '../../stores/health-store';
import { setQuery, useRoute } from '../../stores/route-store';
import { useTargets } from '../../stores/target-store';
import { useTexts } from '../../texts/texts';
import { FirstRun } from './first-run';
import styles from './overview.module.css';
import { useShownTargets } from './shown-targets';
import { TargetRow } from './target-row';
import rowStyles from './target-row.module.css';

const ROW_HEIGHT = 56;

function Head() {
  const { overview, language } = useTexts();
  const windowMs = useHealth(({ health }) => health?.windows.windowMs);
  const beatsLabel =
    windowMs === undefined
      ? overview.heartbeatsPlain
      : overview.heartbeats(duration(windowMs * 1000 * BEATS, language));
  return (
    <div className={rowStyles.head} role="row" aria-rowindex={1}>
      <span role="columnheader">{overview.state}</span>
      <span role="columnheader">{overview.target}</span>
      <span role="columnheader" className={rowStyles.number}>
        {overview.now}
      </span>
      <span role="columnheader">{overview.lastMinutes}</span>
      <span role="columnheader" className={rowStyles.number}>
        {overview.p50p95}
      </span>
      <span role="columnheader">{beatsLabel}</span>
      {[overview.spanDay, overview.spanWeek, overview.spanMonth].map((span) => (
        <span key={span} role="columnheader" className={rowStyles.number} title={overview.uptimeFor(span)}>
          <span className="visually-hidden">{overview.uptimeFor(span)}</span>
          <span aria-hidden="true">% {span}</span>
        </span>
      ))}
      <span role="columnheader">{overview.lastFailure}</span>
      <span role="columnheader">
        <span className="visually-hidden">{overview.edit}</span>
      </span>
    </div>
  );
}

function Filter({ shown, all }: { shown: number; all: number }) {
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
    </div>
  );
}

export function Overview() {
  const { overview, frame } = useTexts();
  const search = useRoute(({ query }) => query.get('q') ?? '');
  const onlyState = useRoute(({ query }) => query.get('state') ?? null);
  const all = useTargets((held) => held.targets);
  const shown = useShownTargets(search, onlyState);
  const scroller = useRef<HTMLDivElement>(null);
  const virtual = useVirtualizer({
    count: shown?.length ?? 0,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW_HEIGHT,
    overscan: 6,
    getItemKey: (index) => shown?.[index]?.id ?? index,
  });
  if (all === null || shown === null) return <p className={styles.empty}>{frame.loading}</p>;
  if (all.length === 0) return <FirstRun />;
  return (
    <>
      <Filter shown={shown.length} all={all.length} />
      <div
        ref={scroller}
        className={styles.table}
        role="table"
        aria-label={overview.title}
        aria-rowcount={shown.length + 1}
      >
        <div role="rowgroup" className={styles.headGroup}>
          <Head />
        </div>
        <div role="rowgroup" className={styles.rows} style={{ height: virtual.getTotalSize() }}>
          {virtual.getVirtualItems().map((item) => {
            const target = shown[item.index];
            if (target === undefined) return null;
            return (
              <div
                key={item.key}
                role="presentation"
                className={styles.slot}
                style={{ transform: `translateY(${item.start}px)` }}
              >
                <TargetRow target={target} index={item.index} />
              </div>
            );
          })}
        </div>
      </div>
      {shown.length === 0 && (
        <div className={styles.empty}>
          <p>{overview.nothingFound}</p>
          <Button onClick={() => setQuery({ q: null, state: null })}>{overview.clearFilter}</Button>
        </div>
      )}
    </>
  );
}
