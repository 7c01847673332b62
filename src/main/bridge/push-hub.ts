import type { PushMessage, Topic, TopicSources } from '../../shared/contract/pushes';
import type { Clock } from '../platform/clock';
import type { Logger } from '../platform/logger';
import { createPushChannel, type PushChannel } from './push-channel';

/** Whoever is pushed to: one page, one window. */
export interface PushSubscriber {
  /**
   * Hands one message to the transport. False when the transport holds enough for now: nothing more is sent until
   * `drained`, except a snapshot that was already being taken.
   */
  send<T extends Topic>(message: PushMessage<T>): boolean;
  /** The hub stops: nothing more will be sent. */
  end(): void;
}

export interface PushSubscription {
  /** The transport took everything and can take more. */
  drained(): void;
  /** Idempotent. */
  close(): void;
}

/** Who came or went; `subscribers` is how many there are now. */
export interface SubscriberReport {
  kind: 'came' | 'went';
  topics: readonly Topic[];
  subscribers: number;
}

/** Pushes topics to subscribers, whatever carries them. */
export interface PushHub {
  /**
   * Sends a snapshot of every topic, then changes. A snapshot may come again later: it replaces all that was told of
   * its topic, and stands for more changes than were worth keeping for a slow subscriber.
   */
  subscribe(topics: readonly Topic[], subscriber: PushSubscriber): PushSubscription;
  readonly subscribers: number;
  /** Ends every subscription. Idempotent. */
  stop(): void;
}

/**
 * @param options.coalesceMs changes within so long of the last message go out together; the first one after a quiet
 *   time goes out at once
 * @param options.maxWaiting entries of one topic that wait for one subscriber before a snapshot replaces them
 */
export function createPushHub(
  sources: TopicSources,
  options: {
    clock: Clock;
    logger: Logger;
    coalesceMs?: number;
    maxWaiting?: number;
    onSubscriber?: (report: SubscriberReport) => void;
  },
): PushHub {
  const { clock, logger, coalesceMs = 50, maxWaiting = 20_000, onSubscriber } = options;
  const open = new Set<{ end(): void }>();

  return {
    subscribe(names, subscriber) {
      const topics = [...new Set(names)];
      let canSend = true;
      let isOpen = true;
      let sentMs = Number.NEGATIVE_INFINITY;
      let soon: NodeJS.Immediate | undefined;
      let later: NodeJS.Timeout | undefined;
      let nextChannel = 0;

      const send = <T extends Topic>(message: PushMessage<T>): void => {
        if (!isOpen) return;
        sentMs = clock.monotonicMs();
        try {
          if (!subscriber.send(message)) canSend = false;
        } catch (error) {
          // A message that cannot be told leaves a subscriber who knows something wrong: better none.
          logger.error({ topic: message.topic, err: error }, 'a message could not be pushed');
          entry.end();
        }
      };
      const flush = (): void => {
        soon = undefined;
        later = undefined;
        // In turns, so that a busy topic in front does not keep the others from a slow subscriber.
        for (let turn = 0; turn < channels.length && canSend && isOpen; turn += 1) {
          channels[nextChannel]?.flush();
          nextChannel = (nextChannel + 1) % channels.length;
        }
        if (channels.some((channel) => channel.isDue)) schedule();
      };
      const schedule = (): void => {
        if (!isOpen || !canSend || soon !== undefined || later !== undefined) return;
        const waitMs = sentMs + coalesceMs - clock.monotonicMs();
        // Not within the caller's turn: what a source tells in one turn goes out together, and never slows it down.
        if (waitMs <= 0) soon = setImmediate(flush);
        else later = setTimeout(flush, waitMs);
      };
      const channelOf = <T extends Topic>(topic: T): PushChannel =>
        createPushChannel({
          topic,
          source: sources[topic],
          cap: maxWaiting,
          send,
          onDue: schedule,
          logger,
        });
      const channels = topics.map((topic) => channelOf(topic));
      const close = (): boolean => {
        if (!isOpen) return false;
        isOpen = false;
        clearImmediate(soon);
        clearTimeout(later);
        for (const channel of channels) channel.close();
        open.delete(entry);
        onSubscriber?.({ kind: 'went', topics, subscribers: open.size });
        return true;
      };
      const entry = {
        end() {
          if (close()) subscriber.end();
        },
      };
      open.add(entry);
      onSubscriber?.({ kind: 'came', topics, subscribers: open.size });
      schedule();

      return {
        drained() {
          canSend = true;
          if (channels.some((channel) => channel.isDue)) schedule();
        },
        close: () => void close(),
      };
    },
    get subscribers() {
      return open.size;
    },
    stop() {
      for (const entry of [...open]) entry.end();
    },
  };
}
