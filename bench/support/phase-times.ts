import type { LakeWriter } from '../../src/main/datalake/lake';
import type { EventReader } from '../../src/main/event-log/event-log';

/**
 * Where the jobs' time goes, ms, seen from outside of them, summed over all jobs. Those of the thread exclude each other; those
 * of waiting overlap, since each job waits for itself.
 */
export interface PhaseTimes {
  /** Thread: records → events, as far as the records were there when they were asked for. */
  decode: number;
  /** Thread: judged, put into windows. */
  judgeAndWindows: number;
  /** Thread: rows → staging of the lake. */
  append: number;
  /** Waiting: nothing had been fetched yet. */
  waitForRecords: number;
  /** Waiting: too many rows not flushed. */
  waitForFlush: number;
  /** Waiting of flushes: raw rows, windows, checkpoint, sealing and merging. */
  flushRaw: number;
  upsertWindows: number;
  commit: number;
  maintain: number;
}

const ASYNCHRONOUS = ['flushRaw', 'upsertWindows', 'commit', 'maintain'] as const;
/** What lies between one append and the next read when nothing is waited for. */
const NO_WAIT_MS = 5;

/** Stands between one job and what it reads and writes, and looks at the clock. */
export function createPhaseTimes() {
  const times: PhaseTimes = {
    decode: 0,
    judgeAndWindows: 0,
    append: 0,
    waitForRecords: 0,
    waitForFlush: 0,
    flushRaw: 0,
    upsertWindows: 0,
    commit: 0,
    maintain: 0,
  };
  /** The thread's measured time, all jobs: what another job did while one waited for its turn is not that one's. */
  const busy = (): number => times.decode + times.judgeAndWindows + times.append;

  /** Both sides of one job. */
  const watch = <Snapshot>(reader: () => EventReader | null, writer: LakeWriter<Snapshot>) => {
    let [readMs, busyAtRead] = [0, 0];
    let [appendedMs, busyAtAppend] = [0, 0];
    let last: { of: EventReader; seen: EventReader } | null = null;

    const seenReader = (of: EventReader): EventReader =>
      Object.assign(Object.create(of) as EventReader, {
        async read(...args: Parameters<EventReader['read']>) {
          const startMs = performance.now();
          const sinceMs = appendedMs === 0 ? 0 : startMs - appendedMs - (busy() - busyAtAppend);
          if (sinceMs > NO_WAIT_MS) times.waitForFlush += sinceMs;
          const reading = of.read(...args);
          const askedMs = performance.now();
          times.decode += askedMs - startMs;
          const batch = await reading;
          readMs = performance.now();
          busyAtRead = busy();
          times.waitForRecords += readMs - askedMs;
          appendedMs = 0;
          return batch;
        },
      });
    const seenWriter = Object.assign(Object.create(writer) as LakeWriter<Snapshot>, {
      append(...args: Parameters<LakeWriter['append']>) {
        const startMs = performance.now();
        times.judgeAndWindows += Math.max(0, startMs - readMs - (busy() - busyAtRead));
        writer.append(...args);
        appendedMs = performance.now();
        times.append += appendedMs - startMs;
        busyAtAppend = busy();
      },
    });
    for (const name of ASYNCHRONOUS) {
      const real = writer[name] as (...args: unknown[]) => Promise<void>;
      Object.assign(seenWriter, {
        async [name](...args: unknown[]) {
          const startMs = performance.now();
          await real.apply(writer, args);
          times[name] += performance.now() - startMs;
        },
      });
    }
    return {
      writer: seenWriter,
      /** The same object for the same reader: jobs remember where they stand in each. */
      reader(): EventReader | null {
        const of = reader();
        if (of === null) return null;
        if (last?.of !== of) last = { of, seen: seenReader(of) };
        return last.seen;
      },
    };
  };
  return { times, watch };
}
