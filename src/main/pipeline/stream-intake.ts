import type { ProbeEvent } from '../../shared/domain/probe-event';
import type { EventReader, Offset } from '../event-log/event-log';
import type { Aggregator } from '../windowing/aggregator';
import { judgeEvents } from './judge-events';
import { recordsSetAside } from './records-set-aside';
import type { StreamJobOptions } from './stream-job';
import type { StreamProgress } from './stream-progress';

/** Taken in one turn: what else the process has to do waits as long as that takes, some 20 ms. */
const READ_EVENTS = 2048;
/** How long one of several logs is waited for before the next is looked at. */
const TURN_MS = 20;
/** A partition at its end with nothing new for this long advances with the clock. */
const IDLE_MS = 30_000;

/** What the events of a partition go into. */
export interface StreamStand {
  windows: Aggregator;
  progress: StreamProgress;
}

/** Takes the events of one partition from its logs: what is new goes to windows and lake, what is none to the quarantine. */
export interface StreamIntake {
  /** From here on it takes for `stand`, and asks every log anew where to go on. */
  begin(stand: StreamStand): void;
  /** One look at every log. @returns whether all of them were at their end */
  readAll(waitMs: number): Promise<boolean>;
  /** One look at the first log, which waits for nothing. @returns whether it was at its end */
  drainOnce(): Promise<boolean>;
  /** Up to where each log was taken, as of now. */
  taken(): Map<EventReader, Offset>;
  /** At the end of every log, and nothing came for half a minute. */
  readonly isIdle: boolean;
  readonly counters: { readonly events: number; readonly lateEvents: number; readonly duplicates: number };
}

export function createStreamIntake(options: StreamJobOptions): StreamIntake {
  const { partition, writer, clock } = options;
  let into: StreamStand | null = null;
  /** Readers that were told where to go on in this run. */
  let resumed = new Map<EventReader, Offset>();
  let lastEventAtMs = 0;
  let isIdle = false;
  const counters = { events: 0, lateEvents: 0, duplicates: 0 };

  const consume = (events: readonly ProbeEvent[], { windows, progress }: StreamStand): void => {
    let accepted: ProbeEvent[] | readonly ProbeEvent[] = events;
    for (let index = 0; index < events.length; index += 1) {
      const event = events[index] as ProbeEvent;
      if (!windows.ingest(event)) continue;
      counters.lateEvents += 1;
      if (accepted === events) accepted = [...events];
      (accepted as ProbeEvent[])[index] = { ...event, late: true };
    }
    progress.sawAll(events);
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

  const readOnce = async (reader: EventReader, waitMs: number): Promise<boolean> => {
    const stand = begun();
    const to = stand.progress;
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
    if (judged.fresh.length > 0) consume(judged.fresh, stand);
    if (batch.events.length > 0) lastEventAtMs = clock.monotonicMs();
    return batch.atEnd;
  };

  const begun = (): StreamStand => {
    if (into === null) throw new Error('a stream job was used before it was started: report this');
    return into;
  };

  return {
    begin(stand) {
      into = stand;
      resumed = new Map();
      lastEventAtMs = clock.monotonicMs();
    },
    async readAll(waitMs) {
      const readers = options.readers();
      const turnMs = readers.length > 1 ? Math.min(TURN_MS, waitMs) : waitMs;
      let atEnd = readers.length > 0;
      for (const reader of readers) atEnd = (await readOnce(reader, turnMs)) && atEnd;
      if (readers.length === 0) await new Promise((resume) => setTimeout(resume, waitMs));
      isIdle = atEnd && clock.monotonicMs() - lastEventAtMs >= IDLE_MS;
      if (isIdle) begun().windows.advanceIdle(clock.nowUs());
      return atEnd;
    },
    async drainOnce() {
      const [first] = options.readers();
      return first === undefined || (await readOnce(first, 0));
    },
    taken: () => new Map(resumed),
    get isIdle() {
      return isIdle;
    },
    counters,
  };
}
