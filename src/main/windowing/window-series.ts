import type { MissedSpan } from './missed-span';
import { OpenWindow } from './open-window';
import type { WindowGrid } from './window-grid';

/** So many windows at the end of a gap are held one by one and shown provisionally; the ones before exist when drained. */
const SHOWN_OF_A_GAP = 16;

/**
 * The undrained windows of one target as one prober sees it. A window that is held counts everything that belongs to it,
 * gaps included; of a long gap most windows are not held and stand in its span until they are asked for.
 */
export class WindowSeries {
  /** The window of the last event: most events need no search. */
  current: OpenWindow | null = null;
  /** Ascending by start. */
  private windows: OpenWindow[] = [];
  private spans: MissedSpan[] = [];

  constructor(
    readonly targetId: string,
    readonly probeId: string,
  ) {}

  get held(): readonly OpenWindow[] {
    return this.windows;
  }

  /** The window that holds an instant, which must not be drained. */
  windowAt(us: number, grid: WindowGrid): OpenWindow {
    const { windows } = this;
    let before = windows.length - 1;
    while (before >= 0 && windows[before]!.startUs > us) before -= 1;
    const found = windows[before];
    if (found !== undefined && us < found.endUs) return found;
    const window = this.fromSpans(us, grid);
    windows.splice(before + 1, 0, window);
    return window;
  }

  /** Counts the part of a gap that starts at `liveFromUs` or later; windows before are drained. */
  addMissed(span: MissedSpan, liveFromUs: number, grid: WindowGrid): void {
    for (const window of this.windows) window.addMissed(span);
    this.spans.push(span);
    const { fromUs, windowMs } = grid.lengthAt(span.lastUs);
    const shownUs = Math.max(fromUs, grid.startOf(span.lastUs) - (SHOWN_OF_A_GAP - 1) * windowMs * 1000);
    let instant = span.firstFrom(Math.max(liveFromUs, shownUs));
    while (instant !== null) instant = span.firstFrom(this.windowAt(instant, grid).endUs);
    if (Math.max(liveFromUs, span.fromUs) >= shownUs) this.spans.pop();
  }

  /** An instant in the oldest undrained window; null when there is none. Forgets gaps that lie before `liveFromUs`. */
  oldest(liveFromUs: number): number | null {
    let oldest = this.windows[0]?.startUs ?? null;
    if (this.spans.length === 0) return oldest;
    this.spans = this.spans.filter((span) => {
      const instant = span.firstFrom(liveFromUs);
      if (instant !== null && (oldest === null || instant < oldest)) oldest = instant;
      return instant !== null;
    });
    return oldest;
  }

  /** Takes out the oldest window. @param us what `oldest` returned */
  takeOldest(us: number, grid: WindowGrid): OpenWindow {
    const first = this.windows[0];
    if (first === undefined || us < first.startUs) return this.fromSpans(us, grid);
    this.windows.shift();
    if (this.current === first) this.current = null;
    return first;
  }

  /** A window that is not held, with what the gaps say about it. */
  private fromSpans(us: number, grid: WindowGrid): OpenWindow {
    const window = new OpenWindow(grid.startOf(us), grid.endOf(us));
    for (const span of this.spans) window.addMissed(span);
    return window;
  }
}
