import { setTimeout as sleep } from 'node:timers/promises';
import type { KafkaSettings } from '../../shared/domain/kafka-settings';
import type { KafkaTopic } from '../event-log/kafka/kafka-topic';
import type { LogFeedOptions } from './log-feed';
import type { StreamJobs } from './stream-jobs';

/** How long a change of cluster or topic waits until the old one was read to its end. */
const LEAVE_WITHIN_MS = 3_000;
const LOOK_MS = 200;

/** The topic that is in use, if any, and the settings it is in use by. */
export interface TopicLink {
  readonly topic: KafkaTopic | null;
  /** Makes and starts the topic. Never rejects: without a file or variable of the settings there is none, and that is told. */
  open(of: Omit<Parameters<LogFeedOptions['connectTopic']>[0], 'onConnected' | 'onFailed'>): Promise<void>;
  /** Whether the topic in use was made for these settings; null when none is in use. */
  isFor(settings: KafkaSettings): boolean | null;
  /** Stops it. Idempotent. */
  close(): Promise<void>;
  /** Waits a little until the topic is read to its end, then ends the jobs and closes it; what is left there is told. */
  leave(jobs: StreamJobs, pending: () => number | null): Promise<void>;
}

export function createTopicLink(
  parts: Pick<LogFeedOptions, 'connectTopic' | 'connection' | 'clock' | 'notices'>,
): TopicLink {
  const { connection, clock, notices } = parts;
  let topic: KafkaTopic | null = null;
  let madeFor: KafkaSettings | null = null;

  const link: TopicLink = {
    get topic() {
      return topic;
    },
    async open(of) {
      // Tried again after a failure it is the same way: since when there is none goes on, and so does the alarm.
      if (connection.state().state !== 'failed') connection.begin();
      try {
        topic = await parts.connectTopic({
          ...of,
          onConnected: connection.connected,
          onFailed: connection.failed,
        });
        madeFor = of.settings;
        await topic.start();
      } catch (error) {
        // A file or variable that is not there may come: the next look tries again.
        connection.failed('topic', error);
      }
    },
    isFor: (settings) => (madeFor === null ? null : JSON.stringify(madeFor) === JSON.stringify(settings)),
    async close() {
      await topic?.stop();
      topic = null;
      madeFor = null;
      connection.forget();
    },
    async leave(jobs, pending) {
      const startedMs = clock.monotonicMs();
      const mayWait = (): boolean =>
        clock.monotonicMs() - startedMs < LEAVE_WITHIN_MS && connection.state().state === 'connected';
      while (mayWait() && pending() !== 0) {
        await jobs.flush().catch(() => undefined);
        await sleep(LOOK_MS);
      }
      await jobs.stop();
      const left = pending();
      if (left !== 0) {
        const sentence = `The old topic was left with ${left ?? 'an unknown number of'} records unread: set it again to have them.`;
        notices.tell('kafka', 'warning', 'topic_left', sentence);
      }
      await link.close();
    },
  };
  return link;
}
