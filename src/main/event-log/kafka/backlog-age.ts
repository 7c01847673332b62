import type { Logger } from '../../platform/logger';
import type { EventReader } from '../event-log';

/** The due instant of the first event that waits, for when there is nobody to ship it to. */
export interface BacklogAge {
  /** µs, as of the last time that this was asked; null when nothing waited then, or it was never asked. */
  oldestUs(): number | null;
}

export function createBacklogAge(backlog: EventReader, logger: Logger): BacklogAge {
  let oldestUs: number | null = null;
  let isLooking = false;

  const look = async (): Promise<void> => {
    const from = await backlog.resume(0, null, {});
    const { events } = await backlog.read(0, from, { maxEvents: 1, waitMs: 0 });
    oldestUs = events[0]?.timestamp ?? null;
  };

  return {
    oldestUs() {
      if (!isLooking) {
        isLooking = true;
        look()
          .catch((error: unknown) => logger.debug({ err: error }, 'looking at the backlog'))
          .finally(() => {
            isLooking = false;
          });
      }
      return oldestUs;
    },
  };
}
