import { AppError } from '../../shared/contract/app-error';
import type { KafkaHealth, KafkaProblem } from '../../shared/contract/kafka';
import type { Role } from '../../shared/domain/kafka-settings';
import { kafkaProblemOf } from '../event-log/kafka/kafka-problem';
import type { ClusterPart } from '../event-log/kafka/kafka-topic';
import type { Clock } from '../platform/clock';
import type { Notices } from './notices';

type Connection = KafkaHealth['connection'];

/** A fault that passes within this is no alarm: a broker changes leaders, or starts anew. ms */
const PATIENCE_MS = 3_000;

/** A cluster that has answered nothing for so long after the start is told to be away, though nobody has given up yet. ms */
const FIRST_ANSWER_WITHIN_MS = 13_000;

/** What is known of the way to the cluster, and the alarm when there has been none for a while. */
export interface KafkaConnection {
  state(): Connection;
  /** To be called when connecting begins. */
  begin(): void;
  /** One of the parts that talk to the cluster got an answer. */
  connected(part: ClusterPart): void;
  failed(part: ClusterPart, error: unknown): void;
  /** To be called when nothing connects any more. */
  forget(): void;
}

export function createKafkaConnection(parts: {
  clock: Clock;
  notices: Notices;
  role: Role;
}): KafkaConnection {
  const { clock, notices } = parts;
  // A mere aggregator has no probes that could wait.
  const meanwhile = parts.role === 'aggregator' ? '' : ' Probes are kept here until it is mended.';
  const beginning = (): Connection => ({ state: 'connecting', sinceUs: clock.nowUs(), problem: null });
  /** What each part that has failed since its last answer says. */
  const problems = new Map<ClusterPart, KafkaProblem>();
  let now = beginning();
  let alarm: NodeJS.Timeout | null = null;

  const clearAlarm = (): void => {
    if (alarm !== null) clearTimeout(alarm);
    alarm = null;
  };
  const raise = (): void => {
    const { problem } = now;
    if (problem === null) return;
    const isOfPartitions = problem.kind === 'topic_partitions';
    const code = isOfPartitions ? 'kafka_partitions' : 'kafka_connection';
    notices.resolve('kafka', isOfPartitions ? 'kafka_connection' : 'kafka_partitions');
    notices.raise('kafka', code, `${withFullStop(problem.message)}${meanwhile}`);
  };

  const resolveAll = (): void => {
    notices.resolve('kafka', 'kafka_connection');
    notices.resolve('kafka', 'kafka_partitions');
  };

  const failed: KafkaConnection['failed'] = (part, error) => {
    problems.set(part, problemOf(error));
    const [problem] = problems.values();
    if (problem === undefined) return;
    const sinceUs = now.state === 'failed' ? now.sinceUs : clock.nowUs();
    const isNew = now.state !== 'failed' || now.problem?.message !== problem.message;
    now = { state: 'failed', sinceUs, problem };
    if (!isNew) return;
    clearAlarm();
    const waitedMs = (clock.nowUs() - sinceUs) / 1000;
    alarm = setTimeout(raise, Math.max(0, PATIENCE_MS - waitedMs));
    alarm.unref();
  };

  return {
    state: () => now,
    failed,
    begin() {
      clearAlarm();
      now = beginning();
      const noAnswer = Object.assign(new Error('no answer yet'), { code: 'ETIMEDOUT' });
      alarm = setTimeout(() => failed('topic', noAnswer), FIRST_ANSWER_WITHIN_MS);
      alarm.unref();
    },
    connected(part) {
      problems.delete(part);
      // What another part cannot do, this one's success does not mend.
      if (problems.size > 0) return;
      clearAlarm();
      resolveAll();
      if (now.state !== 'connected') now = { state: 'connected', sinceUs: clock.nowUs(), problem: null };
    },
    forget() {
      clearAlarm();
      problems.clear();
      resolveAll();
      now = beginning();
    },
  };
}

function problemOf(error: unknown): KafkaProblem {
  if (!(error instanceof AppError)) return kafkaProblemOf(error);
  const kind = error.code === 'conflict' ? 'topic_partitions' : 'settings';
  return { kind, broker: null, message: error.message };
}

function withFullStop(sentence: string): string {
  return /[.!?]$/.test(sentence) ? sentence : `${sentence}.`;
}
