import type { ProbeEvent } from '../../shared/domain/probe-event';
import type { WindowRow } from '../../shared/domain/window-row';
import type { LakeNotice, LakeStats, LakeWriter } from '../datalake/lake';
import type { EventLog, Offset } from '../event-log/event-log';
import type { Clock } from '../platform/clock';
import type { Logger } from '../platform/logger';
import type { Aggregator, AggregatorSnapshot } from '../windowing/aggregator';
import { rebuildWindows, recomputeFromLake, restoreWindows } from './restore-windows';
import { UnwrittenWindows } from './unwritten-windows';

const READ_EVENTS = 8192;
const READ_WAIT_MS = 250;
/** A partition at its end with nothing new for this long advances with the clock. */
const IDLE_MS = 30_000;
/** Rows of closed windows that one flush writes at most: a long gap of many targets is written in several. */
const FLUSH_WINDOWS = 50_000;
/** Dirty windows that one flush recomputes at most: each has its raw rows read again. */
const FLUSH_DIRTY = 2000;
/** With so many rows waiting for a lake that cannot be written, reading stops: the log keeps them durably. */
const MAX_UNFLUSHED_ROWS = 500_000;

export interface FlushReport {
  rows: number;
  windows: number;
  durationMs: number;
}

export interface StreamJobStats {
  watermarkUs: number | null;
  open: number;
  written: number;
  lateEvents: number;
  dirty: number;
  duplicates: number;
  pendingWindow: { fromUs: number; windowMs: number } | null;
}

export interface StreamJobOptions {
  log: EventLog;
  partition: number;
  writer: LakeWriter<AggregatorSnapshot>;
  lake: () => Pick<LakeStats, 'unflushedRows' | 'toUs'>;
  clock: Clock;
  logger: Logger;
  settings: () => { windowMs: number; watermarkMs: number; flushMs: number };
  onFlushed: (report: FlushReport) => void;
  onFlushFailed: (error: unknown) => void;
  /** Rows that just became durable. */
  onWindows: (rows: readonly WindowRow[]) => void;
  /** Sealing and merging failed, or null: it works. What was flushed is not touched by it. */
  onMaintenance: (error: unknown) => void;
  onNotice: (notice: LakeNotice) => void;
  onStreamFailed: (error: unknown) => void;
  /** The job stands still after a failure; whoever joined it has to start it again. */
  onFailed: () => void;
}

/** The streaming job of one partition: log → windows → lake, in the order that invariant I4 asks for. */
export interface StreamJob {
  /** Opens the lake, restores the windows, catches up with the log; reads live events from then on. Stopped if it rejects. */
  start(): Promise<void>;
  /**
   * Drains the log, writes open windows as they stand and closes the lake. Idempotent.
   * @returns false when the lake could not take what the log still holds for it
   */
  stop(): Promise<boolean>;
  /** Flushes now; resolves when everything read so far is durable in the lake. */
  flush(): Promise<void>;
  /** Open windows that changed since the last call, as they stand now. */
  changedWindows(): readonly WindowRow[];
  /** Windows that no file holds as they stand now; they win over rows in files. */
  overlay(): readonly WindowRow[];
  /** Applies changed settings. */
  applySettings(): void;
  stats(): StreamJobStats;
}

export function createStreamJob(options: StreamJobOptions): StreamJob {
  const { log, partition, writer, clock, logger } = options;
  let aggregator: Aggregator | null = null;
  let offset: Offset = 0n;
  let lastSeq: Record<string, number> = {};
  let reading: Promise<void> | null = null;
  let running = false;
  let flushing: Promise<void> | null = null;
  let flushTimer: NodeJS.Timeout | null = null;
  let flushFailed = false;
  let lastEventAtMs = 0;
  const unwritten = new UnwrittenWindows();
  const counters = { written: 0, lateEvents: 0, duplicates: 0 };

  const consume = (events: readonly ProbeEvent[], windows: Aggregator): void => {
    const accepted: ProbeEvent[] = [];
    for (const event of events) {
      if (event.seq <= (lastSeq[event.probe_id] ?? 0)) {
        counters.duplicates += 1;
        continue;
      }
      lastSeq[event.probe_id] = event.seq;
      if (windows.ingest(event)) {
        counters.lateEvents += 1;
        accepted.push({ ...event, late: true });
      } else accepted.push(event);
    }
    if (accepted.length > 0) writer.append(accepted);
  };

  const readOnce = async (windows: Aggregator, waitMs: number): Promise<boolean> => {
    const batch = await log.read(partition, offset, { maxEvents: READ_EVENTS, waitMs });
    offset = batch.nextOffset;
    if (batch.events.length > 0) {
      consume(batch.events, windows);
      lastEventAtMs = clock.monotonicMs();
    } else if (batch.atEnd && clock.monotonicMs() - lastEventAtMs >= IDLE_MS) {
      windows.advanceIdle(clock.nowUs());
    }
    return batch.atEnd;
  };

  const isFull = (): boolean => options.lake().unflushedRows > MAX_UNFLUSHED_ROWS;

  const readLoop = async (windows: Aggregator): Promise<void> => {
    while (running) {
      if (isFull()) {
        await job.flush().catch(() => undefined);
        if (flushFailed) await new Promise((resume) => setTimeout(resume, READ_WAIT_MS));
        continue;
      }
      await readOnce(windows, READ_WAIT_MS);
    }
  };

  /**
   * One flush. Everything up to the first `await` is one cut of the stream: rows, windows, offset and watermark belong
   * together; what is read while files are written belongs to the next flush.
   */
  const flushOnce = async (windows: Aggregator, closing: boolean): Promise<void> => {
    const startedMs = clock.monotonicMs();
    const rows = options.lake().unflushedRows;
    const closed = windows.drainClosed(FLUSH_WINDOWS);
    unwritten.addClosed(closed);
    const late = windows.dirty(FLUSH_DIRTY);
    unwritten.addDirty(late);
    windows.clearDirty(late);
    const snapshot = windows.snapshot();
    const progress = {
      nextOffset: offset.toString(),
      source: 'embedded',
      lastRecord: null,
      lastSeq: { ...lastSeq },
      quarantined: {},
      lost: [],
    };
    const rawDurable = writer.flushRaw();

    await rawDurable;
    const dirty = unwritten.dirty();
    if (dirty.length > 0)
      unwritten.addRecomputed(dirty, await recomputeFromLake(writer, dirty, windows.lengths));
    const due = unwritten.rows();
    const open = closing ? windows.provisional() : [];
    if (due.length + open.length > 0) await writer.upsertWindows([...due, ...open]);
    await writer.commit({ ...progress, aggregator: snapshot });
    unwritten.clear(due);
    counters.written += due.length;
    if (due.length > 0) options.onWindows(due);
    await log.commit(partition, BigInt(progress.nextOffset));
    options.onFlushed({ rows, windows: due.length, durationMs: clock.monotonicMs() - startedMs });
    if (!closing) await maintain();
    if (closed.length === FLUSH_WINDOWS || late.length === FLUSH_DIRTY) await flushOnce(windows, closing);
  };

  const maintain = (): Promise<void> =>
    writer.maintain(clock.nowUs()).then(
      () => options.onMaintenance(null),
      (error: unknown) => options.onMaintenance(error),
    );

  const flushLoop = (windows: Aggregator): void => {
    flushTimer = setTimeout(() => {
      void job
        .flush()
        .catch(() => undefined)
        .finally(() => {
          if (running) flushLoop(windows);
        });
    }, options.settings().flushMs);
  };

  /** The aggregator as the checkpoint left it, brought up to the end of the log. */
  const catchUp = async (): Promise<Aggregator> => {
    const { windowMs, watermarkMs } = options.settings();
    // Checkpoint and log tell everything: what an earlier run had in memory is made anew from them, or was cleared.
    unwritten.forget();
    const opening = await writer.open();
    for (const notice of opening.notices) options.onNotice(notice);
    const policy = { windowMs, watermarkMs, newestUs: options.lake().toUs };
    const windows = await restoreWindows(writer, opening, policy);
    lastSeq = { ...opening.lastSeq };
    for (const range of opening.dirty) await rebuildWindows(writer, range, windows, unwritten);
    // Of the embedded log, offset and number are one. The checkpoint's offset may be another log's: the lake may have served
    // another data folder since, and a log whose prober it has never met is a new one.
    const ownSeq = lastSeq[log.probeId];
    offset = ownSeq === undefined ? await log.startOffset(partition) : BigInt(ownSeq + 1);
    lastEventAtMs = clock.monotonicMs();
    // What was lost is told by this opening only: the next one finds a sound checkpoint.
    if (opening.dirty.length > 0) await flushOnce(windows, false);
    while (!(await readOnce(windows, 0))) if (isFull()) await flushOnce(windows, false);
    return windows;
  };

  const job: StreamJob = {
    async start() {
      let windows: Aggregator;
      try {
        windows = await catchUp();
      } catch (error) {
        await writer.close().catch(() => undefined);
        throw error;
      }
      aggregator = windows;
      job.applySettings();
      running = true;
      reading = readLoop(windows).catch((error: unknown) => {
        running = false;
        logger.error({ err: error }, 'the stream job stopped');
        options.onStreamFailed(error);
        options.onFailed();
      });
      flushLoop(windows);
    },
    async stop() {
      if (flushTimer !== null) clearTimeout(flushTimer);
      flushTimer = null;
      running = false;
      await reading;
      reading = null;
      const windows = aggregator;
      if (windows === null) return true;
      await flushing?.catch(() => undefined);
      let isWritten = true;
      try {
        // What a long outage of the lake left in the log is more than a stop has time for: the next start goes on with it.
        while (!(isFull() || (await readOnce(windows, 0))));
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
      open: aggregator?.openCount() ?? 0,
      dirty: unwritten.dirty().length + (aggregator?.dirty().length ?? 0),
      pendingWindow: pendingWindowOf(aggregator, clock.nowUs()),
      ...counters,
    }),
  };
  return job;
}

function pendingWindowOf(aggregator: Aggregator | null, nowUs: number): StreamJobStats['pendingWindow'] {
  const last = aggregator?.lengths.at(-1);
  return last !== undefined && last.fromUs > nowUs ? { ...last } : null;
}
