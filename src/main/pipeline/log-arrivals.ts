import type { EventLog, Offset } from '../event-log/event-log';
import type { LogRoutes, Way } from '../event-log/log-routes';
import { createRouteReader, type RouteReader } from '../event-log/route-reader';

const WAYS = ['embedded', 'kafka'] as const;

/** Up to where events of the own log have arrived, by each way; what has arrived everywhere is given back. */
export interface LogArrivals {
  /** Nothing of what the log still holds has arrived. */
  begin(): Promise<void>;
  /** The events that travel `way`; a commit says that they have arrived. */
  readerOf(way: Way): RouteReader;
  /** The first number that travels `way` and has not arrived, or is not even given yet; null when none will travel it. */
  waitingFor(way: Way): number | null;
  /** Gives back what has arrived and is needed no more. */
  trim(): Promise<void>;
}

/** @param keptFrom the first number that somebody else still needs, arrived or not */
export function createLogArrivals(
  log: EventLog,
  routes: () => LogRoutes,
  keptFrom: () => number,
): LogArrivals {
  const arrived: Record<Way, Offset> = { embedded: 0n, kafka: 0n };

  const waitingFor = (way: Way): number | null => routes().nextOf(way, Number(arrived[way]));

  const raise = (way: Way, to: Offset): void => {
    if (to > arrived[way]) arrived[way] = to;
  };

  const trim = async (): Promise<void> => {
    let lowest = Number(await log.endOffset(0));
    for (const way of WAYS) lowest = Math.min(lowest, waitingFor(way) ?? lowest);
    // Below it nothing waits for either way, whatever the routes remember of it.
    for (const way of WAYS) raise(way, BigInt(lowest));
    await log.commit(0, BigInt(Math.min(lowest, keptFrom())));
  };

  return {
    async begin() {
      arrived.embedded = await log.startOffset(0);
      arrived.kafka = arrived.embedded;
    },
    readerOf: (way) =>
      createRouteReader({
        log,
        routes,
        way,
        async onCommit(_partition, nextOffset) {
          raise(way, nextOffset);
          await trim();
        },
      }),
    waitingFor,
    trim,
  };
}
