import type { EventLog, EventReader, LogBatch, Offset } from './event-log';
import type { LogRoutes, Way } from './log-routes';

/** The events of the embedded log that travel one way; it passes over the others. */
export interface RouteReader extends EventReader {
  endOffset(partition: number): Promise<Offset>;
}

/** @param options.onCommit everything below the offset has arrived by this way, or does not travel it */
export function createRouteReader(options: {
  log: EventLog;
  routes: () => LogRoutes;
  way: Way;
  onCommit: (partition: number, nextOffset: Offset) => Promise<void>;
}): RouteReader {
  const { log, routes, way } = options;

  /** Nothing of this way at or above `from`: passes on to the end, and waits there. */
  const passOver = async (
    partition: number,
    from: Offset,
    limits: { maxEvents: number; waitMs: number },
  ): Promise<LogBatch> => {
    const end = await log.endOffset(partition);
    const nextOffset = end > from ? end : from;
    const { atEnd } = await log.read(partition, nextOffset, { ...limits, maxEvents: 1 });
    return { events: [], nextOffset, atEnd };
  };

  return {
    get source() {
      return log.source;
    },
    get partitions() {
      return log.partitions;
    },
    resume: log.resume,
    async read(partition, from, limits) {
      const next = routes().nextOf(way, Number(from));
      if (next === null) return passOver(partition, from, limits);
      const end = await log.endOffset(partition);
      // What travels this way may begin only beyond what is appended so far.
      if (BigInt(next) > end) return passOver(partition, from, limits);
      const batch = await log.read(partition, BigInt(next), limits);
      const { way: travels, to } = routes().rangeOf(next);
      // A switch began while this waited: what was appended since goes the other way.
      if (travels !== way) return { events: [], nextOffset: from, atEnd: false };
      if (batch.nextOffset <= BigInt(to)) return batch;
      return {
        events: batch.events.filter((event) => event.seq < to),
        nextOffset: BigInt(to),
        atEnd: routes().nextOf(way, to) === null && batch.atEnd,
      };
    },
    commit: (partition, nextOffset) => options.onCommit(partition, nextOffset),
    endOffset: log.endOffset,
  };
}
