import type { Consumer, Kafka } from 'kafkajs';
import type { Logger } from '../../platform/logger';
import { settleWithin } from '../../platform/settle-within';
import type { Offset } from '../event-log';
import { createRetryLoop, type LoopRun } from './retry-loop';

/** How often kafkajs looks around while there is nothing for it to fetch. */
const IDLE_FETCH_MS = 100;
const HEARTBEATS_PER_SESSION = 4;
/** A member learns by its heartbeat that another one came or went. Kafka's default. */
const MOST_HEARTBEAT_MS = 3_000;
const STOP_WITHIN_MS = 1_000;

export interface GroupMemberOptions {
  kafka: Kafka;
  topic: string;
  group: string;
  sessionTimeoutMs: number;
  logger: Logger;
  /** The group gave these partitions; again after every rebalance, also when they are the same. */
  onAssigned: (partitions: readonly number[]) => void;
  /** The coordinator answered: at that moment we were still a member, with what was assigned last. */
  onHeartbeat: () => void;
  onFailed: (error: unknown) => void;
}

/**
 * Membership in the consumer group, which decides who owns which partition and keeps the offsets that other tools look at.
 * It fetches nothing: reading is the fetcher's, so that it does not end with a session.
 */
export interface GroupMember {
  start(): void;
  /** Leaves the group. Idempotent. */
  stop(): Promise<void>;
  /** Tells the group how far the lake is. Never rejects: the lake's checkpoint is the truth, this is for onlookers. */
  commit(partition: number, nextOffset: Offset, metadata: string): Promise<void>;
}

export function createGroupMember(options: GroupMemberOptions): GroupMember {
  const { kafka, topic, group, logger } = options;
  let consumer: Consumer | null = null;

  /** One membership, from joining until it ends for whatever reason. */
  const beMember = async (member: Consumer, run: LoopRun): Promise<void> => {
    const crashed = new Promise<never>((_resolve, reject) => {
      member.on(member.events.CRASH, ({ payload }) => reject(payload.error));
    });
    // It may crash before anybody waits for that.
    crashed.catch(() => undefined);
    member.on(member.events.GROUP_JOIN, ({ payload }) => {
      // Before the first fetch: it asks for what is not paused.
      member.pause([{ topic }]);
      if (run.isStopping) return;
      options.onAssigned([...(payload.memberAssignment[topic] ?? [])].sort((a, b) => a - b));
    });
    member.on(member.events.HEARTBEAT, () => {
      run.succeeded();
      if (!run.isStopping) options.onHeartbeat();
    });
    await member.connect();
    await member.subscribe({ topic, fromBeginning: true });
    await member.run({ autoCommit: false, eachBatch: async () => undefined });
    await Promise.race([crashed, run.stopped]);
  };

  const loop = createRetryLoop({
    async attempt(run) {
      const member = kafka.consumer({
        groupId: group,
        sessionTimeout: options.sessionTimeoutMs,
        rebalanceTimeout: options.sessionTimeoutMs,
        heartbeatInterval: Math.min(
          MOST_HEARTBEAT_MS,
          Math.floor(options.sessionTimeoutMs / HEARTBEATS_PER_SESSION),
        ),
        maxWaitTimeInMs: IDLE_FETCH_MS,
        allowAutoTopicCreation: false,
        // A member that ended is replaced here, by a new one.
        retry: { restartOnFailure: async () => false },
      });
      consumer = member;
      try {
        await beMember(member, run);
      } finally {
        if (consumer === member) consumer = null;
        await settleWithin(member.disconnect(), STOP_WITHIN_MS);
      }
    },
    onFailed: options.onFailed,
  });

  return {
    start: () => loop.start(),
    async stop() {
      await loop.stop(STOP_WITHIN_MS);
    },
    async commit(partition, nextOffset, metadata) {
      try {
        await consumer?.commitOffsets([{ topic, partition, offset: nextOffset.toString(), metadata }]);
      } catch (error) {
        logger.debug({ err: error, partition }, 'the group was not told how far the lake is');
      }
    },
  };
}
