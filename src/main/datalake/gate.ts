/** How long replacing a file waits for questions under way, ms: most take less, an export takes longer. */
export const RENAME_PATIENCE_MS = 300;

/**
 * Many readers or one writer; a waiting writer goes first. Readers are views of the lake, the writer is the moment in
 * which a merge puts other files in the place of those a view may be about to open.
 */
export class Gate {
  #readers = 0;
  #closed: Promise<void> | null = null;
  #onEmpty: (() => void) | null = null;

  get readers(): number {
    return this.#readers;
  }

  /** Resolves with the way out; call it once. */
  async enter(): Promise<() => void> {
    while (this.#closed !== null) await this.#closed;
    this.#readers += 1;
    let inside = true;
    return () => {
      if (!inside) return;
      inside = false;
      this.#readers -= 1;
      if (this.#readers === 0) this.#onEmpty?.();
    };
  }

  /**
   * Runs `work` while no reader is inside. Readers that come meanwhile wait; when those inside stay longer than
   * `patienceMs`, nothing is run and false is returned.
   */
  async exclusive(patienceMs: number, work: () => Promise<void>): Promise<boolean> {
    let reopen = (): void => undefined;
    this.#closed = new Promise((resolve) => {
      reopen = resolve;
    });
    try {
      if (this.#readers > 0 && !(await this.#emptied(patienceMs))) return false;
      await work();
      return true;
    } finally {
      this.#closed = null;
      reopen();
    }
  }

  /**
   * Like `exclusive`, but when readers stay longer the work is done all the same: for replacing a file by a longer version of
   * itself, which only disturbs a reader between opening it for its footer and for its rows (DuckDB does both).
   */
  async preferablyAlone(patienceMs: number, work: () => Promise<void>): Promise<void> {
    if (!(await this.exclusive(patienceMs, work))) await work();
  }

  #emptied(patienceMs: number): Promise<boolean> {
    return new Promise((resolve) => {
      const timer = setTimeout(() => {
        this.#onEmpty = null;
        resolve(false);
      }, patienceMs);
      this.#onEmpty = () => {
        clearTimeout(timer);
        this.#onEmpty = null;
        resolve(true);
      };
    });
  }
}
