import { useVirtualizer } from '@tanstack/react-virtual';
import { useEffect, useMemo, useRef } from 'react';
import { Button } from '../../components/button';
import { useHealth } from '../../stores/health-store';
import { useChosenProber } from '../../stores/prober-store';
import { setQuery, useRoute } from '../../stores/route-store';
import { useTargets } from '../../stores/target-store';
import { useTexts } from '../../texts/texts';
import { FirstRun } from './first-run';
import { GroupRow } from './group-row';
import { groupsOf, linesOf } from './groups';
import styles from './overview.module.css';
import { OverviewFilter } from './overview-filter';
import { OverviewHead } from './overview-head';
import { OverviewNote } from './overview-note';
import { readOrder } from './overview-order';
import { useShownTargets } from './shown-targets';
import { TargetRow } from './target-row';

const ROW_HEIGHT = 56;
const GROUP_HEIGHT = 36;

/** Every target a row, problems first, unless the address says otherwise. */
export function Overview() {
  const { overview, frame } = useTexts();
  const query = useRoute((held) => held.query);
  const search = query.get('q') ?? '';
  const onlyState = query.get('state') ?? null;
  const wanted = `${query.get('sort')} ${query.get('group')}`;
  // biome-ignore lint/correctness/useExhaustiveDependencies: `wanted` is all of the query that the order depends on
  const order = useMemo(() => readOrder(query), [wanted]);
  const prober = useChosenProber();
  const all = useTargets((held) => held.all);
  const role = useHealth(({ health }) => health?.role ?? null);
  const shown = useShownTargets(search, onlyState, order.sort, prober);
  const { group } = order;
  // `shown` is a new list whenever a state changes.
  const lines = useMemo(() => {
    const { states } = useTargets.getState();
    return linesOf(shown ?? [], group === null ? null : groupsOf(shown ?? [], group, states, prober));
  }, [shown, group, prober]);
  const scroller = useRef<HTMLDivElement>(null);
  const virtual = useVirtualizer({
    count: lines.length,
    getScrollElement: () => scroller.current,
    estimateSize: (index) => (lines[index]?.group == null ? ROW_HEIGHT : GROUP_HEIGHT),
    overscan: 6,
    getItemKey: (index) => lines[index]?.key ?? index,
  });
  // Lines of two heights change places: the list must not go by where they stood.
  // biome-ignore lint/correctness/useExhaustiveDependencies: what is measured anew are the lines
  useEffect(() => virtual.measure(), [lines, virtual]);
  const loading = <p className={styles.empty}>{frame.loading}</p>;
  if (all === null || shown === null) return loading;
  if (all.length === 0) return role === null ? loading : <FirstRun role={role} />;
  return (
    <>
      <OverviewFilter shown={shown.length} all={all.length} group={group} />
      <OverviewNote />
      <div
        ref={scroller}
        className={styles.table}
        role="table"
        aria-label={overview.title}
        aria-rowcount={lines.length + 1}
      >
        <div role="rowgroup" className={styles.headGroup}>
          <OverviewHead order={order} />
        </div>
        <div role="rowgroup" className={styles.rows} style={{ height: virtual.getTotalSize() }}>
          {virtual.getVirtualItems().map((item) => {
            const line = lines[item.index];
            if (line === undefined) return null;
            return (
              <div
                key={item.key}
                role="presentation"
                className={styles.slot}
                style={{ transform: `translateY(${item.start}px)` }}
              >
                {line.group === null ? (
                  <TargetRow target={line.target} index={item.index} />
                ) : (
                  group !== null && <GroupRow group={line.group} by={group} index={item.index} />
                )}
              </div>
            );
          })}
        </div>
      </div>
      {shown.length === 0 && (
        <div className={styles.empty}>
          <p>{overview.nothingFound}</p>
          <Button onClick={() => setQuery({ q: null, state: null, prober: null })}>
            {overview.clearFilter}
          </Button>
        </div>
      )}
    </>
  );
}
