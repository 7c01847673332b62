import type { Offset } from '../event-log/event-log';
import type { Aggregator } from '../windowing/aggregator';
import { rebuildWindows, recomputeFromLake, restoreWindows } from './restore-windows';
import { createStreamIntake } from './stream-intake';
import type { StreamJob, StreamJobOptions, StreamJobStats } from './stream-job';
import { StreamProgress } from './stream-progress';
import { UnwrittenWindows } from './unwritten-windows';

const READ_WAIT_MS = 250;
/** Rows of closed windows that one flush writes at most: a long gap of many targets is written in several. */
const FLUSH_WINDOWS = 50_000;
/** Dirty windows that one flush recomputes at most: each has its raw rows read again. */
const FLUSH_DIRTY = 2000;
/** With so many rows waiting for a lake that cannot be written, reading stops: the log keeps them durably. */
const MAX_UNFLUSHED_ROWS = 400_000;
/** And with so much text in them: of some hundred targets there is next to none, but a foreign producer may send anything. */
const MAX_UNFLUSHED_TEXT_BYTES = 24 * 1_048_576;

export function createStreamJob(options: StreamJobOptions): StreamJob {
  const { partition, writer, clock, logger } = options;
  const maxRows = Math.ceil(MAX_UNFLUSHED_ROWS / options.partitions);
  const maxTextBytes = Math.ceil(MAX_UNFLUSHED_TEXT_BYTES / options.partitions);
  let aggregator: Aggregator | null = null;
  let progress: StreamProgress | null = null;
  const durable = new Map<string, Offset>();
  let reading: Promise<void> | null = null;
  let running = false;
  let flushing: Promise<void> | null = null;
  let flushTimer: NodeJS.Timeout | null = null;
  let flushFailed = false;
  const unwritten = new UnwrittenWindows();
  const intake = createStreamIntake(options);
  let written = 0;

  const unflushed = (): number => writer.stats().unflushedRows;
  /** How much of the room for what waits is in use; above 1 it is full. */
  const fill = (): number => {
    const { unflushedRows, unflushedTextBytes } = writer.stats();
    return Math.max(unflushedRows / maxRows, unflushedTextBytes / maxTextBytes);
  };
  const isFull = (): boolean => fill() > 1 || writer.stats().quarantineFill >= 1;

  const readLoop = async (): Promise<void> => {
    while (running) {
      if (isFull()) {
        await job.flush().catch(() => undefined);
        if (flushFailed) await pause(READ_WAIT_MS);
        continue;
      }
      // Half full: what is written now does not have to be waited for.
      if (fill() > 0.5 && !flushFailed) void job.flush().catch(() => undefined);
      await intake.readAll(READ_WAIT_MS);
      // A log that always has more would keep everybody else waiting.
      await new Promise((resume) => setImmediate(resume));
    }
  };

  /**
   * One flush. Everything up to the first `await` is one cut of the stream: rows, windows, offset and watermark belong
   * together; what is read while files are written belongs to the next flush.
   */
  const flushOnce = async (windows: Aggregator, closing: boolean): Promise<void> => {
    const startedMs = clock.monotonicMs();
    const rows = unflushed();
    const closed = windows.drainClosed(FLUSH_WINDOWS);
    unwritten.addClosed(closed);
    const late = windows.dirty(FLUSH_DIRTY);
    unwritten.addDirty(late);
    windows.clearDirty(late);
    const stand = mustHave(progress).snapshot(windows.snapshot());
    const read = intake.taken();
    const rawDurable = writer.flushRaw();

    await rawDurable;
    const dirty = unwritten.dirty();
    if (dirty.length > 0)
      unwritten.addRecomputed(dirty, await recomputeFromLake(writer, dirty, windows.lengths));
    const due = unwritten.rows();
    const open = closing ? windows.provisional() : [];
    if (due.length + open.length > 0) await writer.upsertWindows([...due, ...open]);
    await writer.commit(stand);
    unwritten.clear(due);
    written += due.length;
    if (due.length > 0) options.onWindows(due);
    for (const [reader, offset] of read) {
      durable.set(reader.source, offset);
      await reader.commit(partition, offset);
    }
    options.onFlushed({ rows, windows: due.length, durationMs: clock.monotonicMs() - startedMs });
    if (!closing) await maintain();
    if (closed.length === FLUSH_WINDOWS || late.length === FLUSH_DIRTY) await flushOnce(windows, closing);
  };

  const maintain = (): Promise<void> =>
    writer.maintain(clock.nowUs()).then(
      () => options.onMaintenance(null),
      (error: unknown) => options.onMaintenance(error),
    );

  const flushLoop = (): void => {
    flushTimer = setTimeout(() => {
      void job
        .flush()
        .catch(() => undefined)
        .finally(() => {
          if (running) flushLoop();
        });
    }, options.settings().flushMs);
  };

  /** The aggregator as the checkpoint left it. */
  const restore = async (): Promise<Aggregator> => {
    const { windowMs, watermarkMs } = options.settings();
    // Checkpoint and log tell everything: what an earlier run had in memory is made anew from them, or was cleared.
    unwritten.forget();
    durable.clear();
    const opening = await writer.open();
    for (const notice of opening.notices) options.onNotice(notice);
    const policy = { windowMs, watermarkMs, newestUs: writer.stats().toUs };
    const windows = await restoreWindows(writer, opening, policy);
    progress = new StreamProgress(opening);
    intake.begin({ windows, progress });
    for (const range of opening.dirty) await rebuildWindows(writer, range, windows, unwritten);
    // What was lost is told by this opening only: the next one finds a sound checkpoint.
    if (opening.dirty.length > 0) await flushOnce(windows, false);
    return windows;
  };

  const halt = async (): Promise<void> => {
    if (flushTimer !== null) clearTimeout(flushTimer);
    flushTimer = null;
    running = false;
    await reading;
    reading = null;
    await flushing?.catch(() => undefined);
  };

  const job: StreamJob = {
    async start() {
      let windows: Aggregator;
      try {
        windows = await restore();
        if (options.drains) {
          while (!(await intake.drainOnce())) if (isFull()) await flushOnce(windows, false);
        }
      } catch (error) {
        await writer.close().catch(() => undefined);
        throw error;
      }
      aggregator = windows;
      job.applySettings();
      running = true;
      reading = readLoop().catch((error: unknown) => {
        running = false;
        logger.error({ err: error, partition }, 'the stream job stopped');
        options.onStreamFailed(error);
        options.onFailed();
      });
      flushLoop();
    },
    async stop() {
      await halt();
      const windows = aggregator;
      if (windows === null) return true;
      let isWritten = true;
      try {
        // What a long outage of the lake left in the log is more than a stop has time for: the next start goes on with it.
        if (options.drains) while (!(isFull() || (await intake.drainOnce())));
        await flushOnce(windows, true);
      } catch (error) {
        // Nothing is lost: the log holds what the lake could not take.
        options.onFlushFailed(error);
        isWritten = false;
      }
      aggregator = null;
      await writer.close();
      return isWritten;
    },
    async drop() {
      await halt();
      aggregator = null;
      await writer.close();
    },
    flush() {
      const windows = aggregator;
      if (windows === null) return Promise.resolve();
      flushing ??= flushOnce(windows, false)
        .then(() => {
          flushFailed = false;
        })
        .catch((error: unknown) => {
          flushFailed = true;
          options.onFlushFailed(error);
          throw error;
        })
        .finally(() => {
          flushing = null;
        });
      return flushing;
    },
    committed: (source) => durable.get(source) ?? null,
    changedWindows: () => aggregator?.takeChanged() ?? [],
    overlay() {
      return aggregator === null ? [] : [...unwritten.rows(), ...aggregator.provisional()];
    },
    applySettings() {
      const { windowMs, watermarkMs } = options.settings();
      aggregator?.setAllowedLateness(watermarkMs);
      if (aggregator !== null && aggregator.lengths.at(-1)?.windowMs !== windowMs) {
        aggregator.changeWindow(windowMs, clock.nowUs());
      }
    },
    stats: () => ({
      watermarkUs: aggregator?.watermarkUs ?? null,
      idle: intake.isIdle,
      open: aggregator?.openCount() ?? 0,
      dirty: unwritten.dirty().length + (aggregator?.dirty().length ?? 0),
      pendingWindow: pendingWindowOf(aggregator, clock.nowUs()),
      quarantined: progress?.quarantined ?? {},
      lost: progress?.lost ?? [],
      ...intake.counters,
      written,
    }),
  };
  return job;
}

function mustHave(progress: StreamProgress | null): StreamProgress {
  if (progress === null) throw new Error('a stream job was used before it was started: report this');
  return progress;
}

function pause(ms: number): Promise<void> {
  return new Promise((resume) => setTimeout(resume, ms));
}

function pendingWindowOf(aggregator: Aggregator | null, nowUs: number): StreamJobStats['pendingWindow'] {
  const last = aggregator?.lengths.at(-1);
  return last !== undefined && last.fromUs > nowUs ? { ...last } : null;
}
