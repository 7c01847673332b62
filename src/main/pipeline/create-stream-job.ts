import type { ProbeEvent } from '../../shared/domain/probe-event';
import type { EventReader, Offset } from '../event-log/event-log';
import type { Aggregator } from '../windowing/aggregator';
import { judgeEvents } from './judge-events';
import { recordsSetAside } from './records-set-aside';
import { rebuildWindows, recomputeFromLake, restoreWindows } from './restore-windows';
import type { StreamJob, StreamJobOptions, StreamJobStats } from './stream-job';
import { StreamProgress } from './stream-progress';
import { UnwrittenWindows } from './unwritten-windows';

/** Taken in one turn: what else the process has to do waits as long as that takes, some 20 ms. */
const READ_EVENTS = 2048;
const READ_WAIT_MS = 250;
/** How long one of several logs is waited for before the next is looked at. */
const TURN_MS = 20;
/** A partition at its end with nothing new for this long advances with the clock. */
const IDLE_MS = 30_000;
/** Rows of closed windows that one flush writes at most: a long gap of many targets is written in several. */
const FLUSH_WINDOWS = 50_000;
/** Dirty windows that one flush recomputes at most: each has its raw rows read again. */
const FLUSH_DIRTY = 2000;
/** With so many rows waiting for a lake that cannot be written, reading stops: the log keeps them durably. */
const MAX_UNFLUSHED_ROWS = 200_000;

export function createStreamJob(options: StreamJobOptions): StreamJob {
  const { partition, writer, clock, logger } = options;
  const maxUnflushed = Math.ceil(MAX_UNFLUSHED_ROWS / options.partitions);
  let aggregator: Aggregator | null = null;
  let progress: StreamProgress | null = null;
  /** Readers that were told where to go on in this run. */
  let resumed = new Map<EventReader, Offset>();
  const durable = new Map<string, Offset>();
  let reading: Promise<void> | null = null;
  let running = false;
  let flushing: Promise<void> | null = null;
  let flushTimer: NodeJS.Timeout | null = null;
  let flushFailed = false;
  let lastEventAtMs = 0;
  let idle = false;
  const unwritten = new UnwrittenWindows();
  const counters = { events: 0, written: 0, lateEvents: 0, duplicates: 0 };

  const consume = (events: readonly ProbeEvent[], windows: Aggregator, to: StreamProgress): void => {
    let accepted: ProbeEvent[] | readonly ProbeEvent[] = events;
    for (let index = 0; index < events.length; index += 1) {
      const event = events[index] as ProbeEvent;
      if (!windows.ingest(event)) continue;
      counters.lateEvents += 1;
      if (accepted === events) accepted = [...events];
      (accepted as ProbeEvent[])[index] = { ...event, late: true };
    }
    to.sawAll(events);
    writer.append(accepted);
    counters.events += events.length;
    options.onEvents?.(events);
  };

  const offsetIn = async (reader: EventReader, to: StreamProgress): Promise<Offset> => {
    const known = resumed.get(reader);
    if (known !== undefined) return known;
    const { source } = reader;
    const from = await reader.resume(partition, to.placeIn(source), Object.fromEntries(to.lastSeq));
    resumed.set(reader, from);
    // What comes by another log from now on tells nothing of what waits behind here.
    if (to.placeIn(source) === null) to.move(source, from, null);
    return from;
  };

  const readOnce = async (windows: Aggregator, reader: EventReader, waitMs: number): Promise<boolean> => {
    const to = mustHave(progress);
    const from = await offsetIn(reader, to);
    const batch = await reader.read(partition, from, { maxEvents: READ_EVENTS, waitMs });
    const judged = await judgeEvents(batch.events, to.lastSeq, writer.find);
    // From here on nothing waits: what a flush cuts is whole.
    resumed.set(reader, batch.nextOffset);
    const { breach } = batch;
    if (batch.nextOffset !== from || breach !== undefined) {
      to.move(reader.source, batch.nextOffset, batch.last ?? null);
    }
    if (breach !== undefined) {
      // Nobody knows what another log held before.
      if (breach.kind === 'lost') to.lose(breach, clock.nowUs());
      options.onBreach?.(breach);
    }
    const refused = recordsSetAside(partition, batch, judged.conflicts, clock.nowUs());
    if (refused.length > 0) {
      writer.quarantine(refused);
      options.onRefused?.(refused.map(({ reason }) => reason));
    }
    for (const { reason, offset, timestampUs } of refused) to.refused(reason, partition, offset, timestampUs);
    counters.duplicates += judged.duplicates;
    if (judged.fresh.length > 0) consume(judged.fresh, windows, to);
    if (batch.events.length > 0) lastEventAtMs = clock.monotonicMs();
    return batch.atEnd;
  };

  /** One look at every log. @returns whether all of them were at their end */
  const readAll = async (windows: Aggregator, waitMs: number): Promise<boolean> => {
    const readers = options.readers();
    const turnMs = readers.length > 1 ? Math.min(TURN_MS, waitMs) : waitMs;
    let atEnd = readers.length > 0;
    for (const reader of readers) atEnd = (await readOnce(windows, reader, turnMs)) && atEnd;
    if (readers.length === 0) await pause(waitMs);
    idle = atEnd && clock.monotonicMs() - lastEventAtMs >= IDLE_MS;
    if (idle) windows.advanceIdle(clock.nowUs());
    return atEnd;
  };

  /** @returns whether the first log was at its end */
  const drainOnce = async (windows: Aggregator): Promise<boolean> => {
    const [first] = options.readers();
    return first === undefined || (await readOnce(windows, first, 0));
  };

  const unflushed = (): number => writer.stats().unflushedRows;
  const isFull = (): boolean => unflushed() > maxUnflushed || writer.stats().quarantineFill >= 1;

  const readLoop = async (windows: Aggregator): Promise<void> => {
    while (running) {
      if (isFull()) {
        await job.flush().catch(() => undefined);
        if (flushFailed) await pause(READ_WAIT_MS);
        continue;
      }
      // Half full: what is written now does not have to be waited for.
      if (unflushed() > maxUnflushed / 2 && !flushFailed) void job.flush().catch(() => undefined);
      await readAll(windows, READ_WAIT_MS);
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
    const read = new Map([...resumed].map(([reader, offset]) => [reader, offset]));
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
    counters.written += due.length;
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
    resumed = new Map();
    durable.clear();
    const opening = await writer.open();
    for (const notice of opening.notices) options.onNotice(notice);
    const policy = { windowMs, watermarkMs, newestUs: writer.stats().toUs };
    const windows = await restoreWindows(writer, opening, policy);
    progress = new StreamProgress(opening);
    for (const range of opening.dirty) await rebuildWindows(writer, range, windows, unwritten);
    lastEventAtMs = clock.monotonicMs();
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
          while (!(await drainOnce(windows))) if (isFull()) await flushOnce(windows, false);
        }
      } catch (error) {
        await writer.close().catch(() => undefined);
        throw error;
      }
      aggregator = windows;
      job.applySettings();
      running = true;
      reading = readLoop(windows).catch((error: unknown) => {
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
        if (options.drains) while (!(isFull() || (await drainOnce(windows))));
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
      idle,
      open: aggregator?.openCount() ?? 0,
      dirty: unwritten.dirty().length + (aggregator?.dirty().length ?? 0),
      pendingWindow: pendingWindowOf(aggregator, clock.nowUs()),
      quarantined: progress?.quarantined ?? {},
      lost: progress?.lost ?? [],
      ...counters,
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
