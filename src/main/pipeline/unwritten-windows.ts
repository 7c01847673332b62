import { type WindowKey, type WindowRow, windowKeyOf } from '../../shared/domain/window-row';

/**
 * Windows between the aggregator and the lake: drained or made dirty, and not durable yet. A failed flush leaves them
 * here for the next one.
 */
export class UnwrittenWindows {
  private readonly closed = new Map<string, WindowRow>();
  private readonly dirtyKeys = new Map<string, WindowKey>();

  addClosed(rows: readonly WindowRow[]): void {
    for (const row of rows) this.closed.set(windowKeyOf(row), row);
  }

  addDirty(keys: readonly WindowKey[]): void {
    for (const key of keys) this.dirtyKeys.set(windowKeyOf(key), key);
  }

  /** Recomputed rows are the newer truth: they replace what the aggregator had drained. */
  addRecomputed(keys: readonly WindowKey[], rows: readonly WindowRow[]): void {
    for (const key of keys) this.dirtyKeys.delete(windowKeyOf(key));
    this.addClosed(rows);
  }

  dirty(): WindowKey[] {
    return [...this.dirtyKeys.values()];
  }

  rows(): WindowRow[] {
    return [...this.closed.values()];
  }

  forget(): void {
    this.closed.clear();
    this.dirtyKeys.clear();
  }

  /** Forgets rows that are durable now, unless a newer version came meanwhile. */
  clear(durable: readonly WindowRow[]): void {
    for (const row of durable) {
      const key = windowKeyOf(row);
      if (this.closed.get(key) === row) this.closed.delete(key);
    }
  }
}
