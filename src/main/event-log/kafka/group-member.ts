import type { Consumer, Kafka } from 'kafkajs';
import type { Clock } from '../../platform/clock';
import type { Logger } from '../../platform/logger';
import { settleWithin } from '../../platform/settle-within';
import { createArrivals } from '../arrivals';
import type { Offset } from '../event-log';

const FIRST_RETRY_MS = 100;
const LAST_RETRY_MS = 1_000;
/** How often kafkajs looks around while there is nothing for it to fetch. */
const IDLE_FETCH_MS = 100;
const HEARTBEATS_PER_SESSION = 4;
const STOP_WITHIN_MS = 2_000;
/** A membership that lasted so long was no failed attempt. */
const STEADY_MS = 10_000;

export interface GroupMemberOptions {
  kafka: Kafka;
  topic: string;
  group: string;
  sessionTimeoutMs: number;
  clock: Clock;
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
  let running: Promise<void> | null = null;
  let stopping = false;
  /** Whoever waits here is woken to stop. */
  const sleeping = createArrivals();
  let endMembership: (() => void) | null = null;

  /** One membership, from joining until it ends for whatever reason. */
  const beMember = async (member: Consumer): Promise<void> => {
    const ended = new Promise<unknown>((resolve) => {
      member.on(member.events.CRASH, ({ payload }) => resolve(payload.error));
      endMembership = () => resolve(null);
    });
    member.on(member.events.GROUP_JOIN, ({ payload }) => {
      // Before the first fetch: it asks for what is not paused.
      member.pause([{ topic }]);
      if (!stopping) options.onAssigned([...(payload.memberAssignment[topic] ?? [])].sort((a, b) => a - b));
    });
    member.on(member.events.HEARTBEAT, () => {
      if (!stopping) options.onHeartbeat();
    });
    await member.connect();
    await member.subscribe({ topic, fromBeginning: true });
    await member.run({ autoCommit: false, eachBatch: async () => undefined });
    const error = await ended;
    if (error !== null) throw error;
  };

  const run = async (): Promise<void> => {
    let delayMs = FIRST_RETRY_MS;
    while (!stopping) {
      const startedMs = options.clock.monotonicMs();
      const member = kafka.consumer({
        groupId: group,
        sessionTimeout: options.sessionTimeoutMs,
        rebalanceTimeout: options.sessionTimeoutMs,
        heartbeatInterval: Math.floor(options.sessionTimeoutMs / HEARTBEATS_PER_SESSION),
        maxWaitTimeInMs: IDLE_FETCH_MS,
        allowAutoTopicCreation: false,
        // A member that ended is replaced here, by a new one.
        retry: { restartOnFailure: async () => false },
      });
      consumer = member;
      try {
        await beMember(member);
      } catch (error) {
        if (!stopping) options.onFailed(error);
      }
      consumer = null;
      await settleWithin(member.disconnect(), STOP_WITHIN_MS);
      if (options.clock.monotonicMs() - startedMs > STEADY_MS) delayMs = FIRST_RETRY_MS;
      if (!stopping) await sleeping.wait(delayMs);
      delayMs = Math.min(LAST_RETRY_MS, delayMs * 2);
    }
  };

  return {
    start() {
      stopping = false;
      running ??= run();
    },
    async stop() {
      stopping = true;
      sleeping.wake();
      endMembership?.();
      if (running !== null) await settleWithin(running, STOP_WITHIN_MS);
      running = null;
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
