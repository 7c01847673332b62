import type { ProbeEvent } from '../../shared/domain/probe-event';
import { type WindowKey, type WindowRow, windowKeyOf } from '../../shared/domain/window-row';
import type { WindowLength } from './aggregator';
import { MissedSpan } from './missed-span';
import { OpenWindow } from './open-window';
import { WindowGrid } from './window-grid';

/** The windows to recompute of one series. */
interface Wanted {
  byStart: Map<number, OpenWindow>;
  /** Ascending by start. */
  windows: OpenWindow[];
}

/**
 * Windows from scratch. `rows` must hold every raw row of which an instant lies in one of the windows, in any order and
 * with its `late` as stored; others do no harm. A window in which nothing was due gives no row. Rows come oldest first.
 */
export function recomputeWindows(
  rows: Iterable<ProbeEvent>,
  keys: Iterable<WindowKey>,
  lengths: readonly WindowLength[],
): WindowRow[] {
  const grid = new WindowGrid(lengths);
  const wanted = wantedOf(keys, grid);
  for (const event of rows) {
    const ofSeries = wanted.get(event.target_id)?.get(event.probe_id);
    if (ofSeries === undefined) continue;
    if (event.outcome === 'missed') addMissed(ofSeries.windows, new MissedSpan(event, event.late));
    else ofSeries.byStart.get(grid.startOf(event.timestamp))?.add(event, event.late);
  }
  const results: WindowRow[] = [];
  for (const [targetId, ofTarget] of wanted) {
    for (const [probeId, { windows }] of ofTarget) {
      for (const window of windows) if (!window.isEmpty) results.push(window.toRow(targetId, probeId, true));
    }
  }
  return results.sort((a, b) => a.start_time - b.start_time);
}

/** Every window of the rows, from scratch. */
export function recomputeAll(rows: Iterable<ProbeEvent>, lengths: readonly WindowLength[]): WindowRow[] {
  const kept = [...rows];
  return recomputeWindows(kept, windowsOf(kept, lengths), lengths);
}

/** Every window that one of the rows belongs to, each once. One for each window of every gap: not for years of them. */
export function windowsOf(rows: Iterable<ProbeEvent>, lengths: readonly WindowLength[]): WindowKey[] {
  const grid = new WindowGrid(lengths);
  const keys = new Map<string, WindowKey>();
  const add = ({ target_id, probe_id }: ProbeEvent, us: number): void => {
    const key = { target_id, probe_id, start_time: grid.startOf(us) };
    keys.set(windowKeyOf(key), key);
  };
  for (const event of rows) {
    if (event.outcome !== 'missed') add(event, event.timestamp);
    else {
      const span = new MissedSpan(event, event.late);
      let instant: number | null = span.fromUs;
      while (instant !== null) {
        add(event, instant);
        instant = span.firstFrom(grid.endOf(instant));
      }
    }
  }
  return [...keys.values()];
}

function wantedOf(keys: Iterable<WindowKey>, grid: WindowGrid): Map<string, Map<string, Wanted>> {
  const wanted = new Map<string, Map<string, Wanted>>();
  for (const { target_id, probe_id, start_time } of keys) {
    const ofTarget = wanted.get(target_id) ?? new Map<string, Wanted>();
    wanted.set(target_id, ofTarget);
    const ofSeries: Wanted = ofTarget.get(probe_id) ?? { byStart: new Map(), windows: [] };
    ofTarget.set(probe_id, ofSeries);
    if (ofSeries.byStart.has(start_time)) continue;
    const window = new OpenWindow(start_time, grid.endOf(start_time));
    ofSeries.byStart.set(start_time, window);
    ofSeries.windows.push(window);
  }
  for (const ofTarget of wanted.values()) {
    for (const { windows } of ofTarget.values()) windows.sort((a, b) => a.startUs - b.startUs);
  }
  return wanted;
}

function addMissed(windows: readonly OpenWindow[], span: MissedSpan): void {
  let low = 0;
  let high = windows.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (windows[middle]!.endUs <= span.fromUs) low = middle + 1;
    else high = middle;
  }
  for (let index = low; index < windows.length && windows[index]!.startUs <= span.lastUs; index += 1) {
    windows[index]!.addMissed(span);
  }
}
