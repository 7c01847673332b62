import { useEffect, useState } from 'react';
import type { WindowRow } from '../../../shared/domain/window-row';
import { engine } from '../../bridge/engine';
import { useNow } from '../../components/use-now';
import { useTimeStyle } from '../../components/use-time-style';
import { Value } from '../../components/value';
import { faultText } from '../../format/fault';
import { count, latency, percent, type Quantity } from '../../format/number';
import { proberName } from '../../format/prober';
import { clockTime, type TimeStyle } from '../../format/time';
import { listenWindows } from '../../stores/beat-store';
import { useHealth } from '../../stores/health-store';
import { useLink } from '../../stores/link-store';
import { useProbers } from '../../stores/prober-store';
import { useTexts } from '../../texts/texts';
import styles from './windows-table.module.css';

const LIMIT = 60;

/** The classic five first, under their names in the lake. */
const COLUMNS = [
  'end_time',
  'avg_latency',
  'total_pings',
  'error_count',
  'uptime_pct',
  'p50_latency',
  'p95_latency',
  'p99_latency',
  'max_latency',
  'degraded_count',
  'unknown_count',
  'missed_count',
  'coverage_pct',
] as const;
/** Those whose names people know from the lake. */
const CLASSIC: ReadonlySet<string> = new Set(COLUMNS.slice(0, 5));
type Column = (typeof COLUMNS)[number];

/** Newest first, one row per start and prober, those that start together by prober, at most `LIMIT`. */
export function mergeRows(held: readonly WindowRow[], fresh: readonly WindowRow[]): WindowRow[] {
  const rows = new Map(held.map((row) => [`${row.start_time} ${row.probe_id}`, row]));
  for (const row of fresh) rows.set(`${row.start_time} ${row.probe_id}`, row);
  return [...rows.values()]
    .sort((a, b) => b.start_time - a.start_time || (a.probe_id < b.probe_id ? -1 : 1))
    .slice(0, LIMIT);
}

function useWindows(targetId: string, probeId: string | null) {
  const [rows, setRows] = useState<readonly WindowRow[] | null>(null);
  const [error, setError] = useState<unknown>(null);
  const link = useLink((held) => held.link);
  useEffect(() => {
    let stopped = false;
    if (link === 'lost') return;
    engine.invoke('windows.last', { targetId, probeId, limit: LIMIT }).then(
      (found) => {
        if (stopped) return;
        setRows((held) => mergeRows(held ?? [], found));
        setError(null);
      },
      (thrown: unknown) => {
        if (!stopped) setError(thrown);
      },
    );
    const unlisten = listenWindows((fresh) => {
      const own = fresh.filter(
        (row) => row.target_id === targetId && (probeId === null || row.probe_id === probeId),
      );
      if (own.length > 0) setRows((held) => mergeRows(held ?? [], own));
    });
    return () => {
      stopped = true;
      unlisten();
    };
  }, [targetId, probeId, link]);
  return { rows, error };
}

function cell(
  row: WindowRow,
  column: Column,
  style: TimeStyle,
  todayUs: number,
  overTimeout: string,
): Quantity {
  const { language } = style;
  switch (column) {
    case 'end_time':
      return { value: clockTime(row.end_time, todayUs, style), unit: '' };
    case 'uptime_pct':
      return percent(row.uptime_pct, row.total_pings * 60, language);
    case 'coverage_pct':
      return percent(row.coverage_pct, 1000, language);
    case 'total_pings':
    case 'error_count':
    case 'degraded_count':
    case 'unknown_count':
    case 'missed_count':
      return { value: count(row[column], language), unit: '' };
    case 'p50_latency':
    case 'p95_latency':
      // The rank falls on a timeout: it is above every value.
      if (row[column] === null && row.censored_count > 0) return { value: overTimeout, unit: '' };
      return latency(row[column], language);
    default:
      return latency(row[column], language);
  }
}

const roleOf = (row: WindowRow, column: Column) => {
  if (column === 'error_count' && row.error_count > 0) return 'down';
  if (column === 'degraded_count' && row.degraded_count > 0) return 'degraded';
  return undefined;
};

/** The last windows as the lake holds them; those still open stand on top as they are so far. */
export function WindowsTable({ targetId, probeId }: { targetId: string; probeId: string | null }) {
  const texts = useTexts();
  const { target, frame } = texts;
  const style = useTimeStyle();
  const now = useNow(60_000);
  const { rows, error } = useWindows(targetId, probeId);
  const probers = useProbers((held) => held.probers);
  const isProber = useHealth(({ health }) => health?.role === 'prober');
  if (error !== null && rows === null) return <p className={styles.none}>{faultText(error, texts)}</p>;
  if (rows === null) return <p className={styles.none}>{frame.loading}</p>;
  if (rows.length === 0) {
    return <p className={styles.none}>{isProber ? texts.kafka.noWindowsHere : target.windowsNone}</p>;
  }
  const several = new Set(rows.map((row) => row.probe_id)).size > 1;
  return (
    <div className={styles.scroller}>
      <table className={styles.table}>
        <caption className="visually-hidden">{target.windowsTitle}</caption>
        <thead>
          <tr>
            {COLUMNS.map((column) => (
              <th key={column} scope="col">
                {target.columnOf[column]}
                {CLASSIC.has(column) && <code>{column}</code>}
              </th>
            ))}
            {several && <th scope="col">{texts.probers.prober}</th>}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={`${row.start_time} ${row.probe_id}`} data-open={row.is_final ? undefined : ''}>
              {COLUMNS.map((column) => (
                <td key={column} data-role={roleOf(row, column)}>
                  <Value of={cell(row, column, style, now, target.overTimeout)} />
                  {column === 'end_time' && !row.is_final && <em> {target.provisional}</em>}
                </td>
              ))}
              {several && <td title={row.probe_id}>{proberName(row.probe_id, probers)}</td>}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
