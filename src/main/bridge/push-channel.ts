import type { PushMessage, PushPayload, Topic, TopicSource } from '../../shared/contract/pushes';
import type { Logger } from '../platform/logger';
import { pendingChangesOf } from './pending-changes';

/** One topic of one subscriber: owes a snapshot first, then what changed since. */
export interface PushChannel {
  /** Sends the one message that is due, if any. A snapshot that takes time is sent when it is there. */
  flush(): void;
  /** Whether `flush` has something to do. */
  readonly isDue: boolean;
  close(): void;
}

/** How long after a snapshot that could not be had the next one is asked for. */
const SNAPSHOT_RETRY_MS = 1000;

export function createPushChannel<T extends Topic>(options: {
  topic: T;
  source: TopicSource<T>;
  /** Entries that may wait; with more, a fresh snapshot (kind `snapshot` once more) is sent instead of them. */
  cap: number;
  send: (message: PushMessage<T>) => void;
  /** Called when something is due that was not before. */
  onDue: () => void;
  logger: Logger;
}): PushChannel {
  const { topic, source, send, onDue, logger } = options;
  const pending = pendingChangesOf(topic, options.cap);
  // `owed`: no change is kept, the snapshot to come holds it. `taking`: a snapshot is on its way, changes are kept.
  let state: 'owed' | 'taking' | 'live' | 'failed' | 'closed' = 'owed';
  let attempt = 0;
  let retry: NodeJS.Timeout | undefined;

  const stopListening = source.listen((change) => {
    if (state !== 'live' && state !== 'taking') return;
    const hasRoom = pending.add(change);
    if (!hasRoom) state = 'owed';
    if (!hasRoom || state === 'live') onDue();
  });

  const deliver = (snapshot: PushPayload<T>): void => {
    pending.settle(snapshot);
    state = 'live';
    send({ topic, kind: 'snapshot', payload: snapshot });
    if (!pending.isEmpty) onDue();
  };
  const fail = (error: unknown): void => {
    logger.warn({ topic, err: error }, 'a snapshot for a subscriber could not be taken');
    pending.clear();
    state = 'failed';
    retry = setTimeout(() => {
      state = 'owed';
      onDue();
    }, SNAPSHOT_RETRY_MS);
  };
  const takeSnapshot = (): void => {
    state = 'taking';
    const mine = ++attempt;
    const isCurrent = () => state === 'taking' && mine === attempt;
    try {
      const snapshot = source.snapshot();
      // One that is there at once holds exactly what was told so far: nothing can come in between.
      if (snapshot instanceof Promise) {
        snapshot.then(
          (value) => {
            if (isCurrent()) deliver(value);
          },
          (error: unknown) => {
            if (isCurrent()) fail(error);
          },
        );
      } else deliver(snapshot);
    } catch (error) {
      fail(error);
    }
  };

  return {
    flush() {
      if (state === 'owed') takeSnapshot();
      else if (state === 'live') {
        const payload = pending.take();
        if (payload !== null) send({ topic, kind: 'change', payload });
      }
    },
    get isDue() {
      return state === 'owed' || (state === 'live' && !pending.isEmpty);
    },
    close() {
      stopListening();
      clearTimeout(retry);
      pending.clear();
      state = 'closed';
    },
  };
}
