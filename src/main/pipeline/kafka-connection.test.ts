import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { AppError } from '../../shared/contract/app-error';
import type { Role } from '../../shared/domain/kafka-settings';
import { createTestClock, START_US } from '../datalake/lake-fixtures';
import { createKafkaConnection } from './kafka-connection';
import { createNotices } from './notices';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function createParts(role: Role = 'all') {
  const clock = createTestClock();
  const notices = createNotices(clock);
  const connection = createKafkaConnection({ clock, notices, role });
  const pass = (ms: number) => {
    clock.nowUsValue += ms * 1000;
    vi.advanceTimersByTime(ms);
  };
  return { connection, pass, alarms: () => notices.active().map(({ code }) => code), notices };
}
const settings = new AppError('invalid_input', 'The file ca.pem is not there.');
const partitions = new AppError('conflict', 'The topic has too few partitions.');

describe('the connection to the cluster', () => {
  it('is being made, then there, since when', () => {
    const { connection, pass } = createParts();
    expect(connection.state()).toEqual({ state: 'connecting', sinceUs: START_US, problem: null });
    pass(500);
    connection.connected('topic');
    pass(500);
    connection.connected('topic');
    expect(connection.state()).toEqual({ state: 'connected', sinceUs: START_US + 500_000, problem: null });
  });

  it('raises an alarm when it has failed for three seconds, and takes it back when it is there again', () => {
    const { connection, pass, alarms } = createParts();
    connection.connected('topic');
    for (let at = 0; at < 2_900; at += 100) {
      connection.failed('topic', settings);
      pass(100);
    }
    expect(connection.state()).toMatchObject({ state: 'failed', sinceUs: START_US });
    expect(alarms()).toEqual([]);
    pass(100);
    expect(alarms()).toEqual(['kafka_connection']);
    connection.connected('topic');
    expect(alarms()).toEqual([]);
  });

  it('counts as failed when nothing was answered for long after the start, though nobody has given up', () => {
    const { connection, pass, alarms } = createParts();
    connection.begin();
    pass(12_900);
    expect(connection.state()).toMatchObject({ state: 'connecting' });
    pass(100);
    expect(connection.state()).toMatchObject({ state: 'failed', problem: { kind: 'unreachable' } });
    pass(3_000);
    expect(alarms()).toEqual(['kafka_connection']);
    connection.connected('topic');
    expect(alarms()).toEqual([]);
    connection.begin();
    connection.connected('topic');
    pass(60_000);
    expect(connection.state()).toMatchObject({ state: 'connected' });
  });

  it('raises none for a fault that passes', () => {
    const { connection, pass, alarms } = createParts();
    connection.failed('topic', settings);
    pass(2_000);
    connection.connected('topic');
    pass(10_000);
    expect(alarms()).toEqual([]);
  });

  it('names the newest fault, counted from the first', () => {
    const { connection, pass, alarms, notices } = createParts();
    connection.failed('topic', settings);
    pass(2_000);
    connection.failed('topic', new AppError('invalid_input', 'The variable PASSWORD is not set.'));
    pass(1_000);
    expect(alarms()).toEqual(['kafka_connection']);
    expect(notices.active()[0]?.message).toContain('PASSWORD');
  });

  it('says in sentences that probes are kept, where there are any', () => {
    const error = new AppError('invalid_input', 'the variable PASSWORD is not set: set it, then start again');
    const messageOf = (role: Role) => {
      const { connection, pass, notices } = createParts(role);
      connection.failed('topic', error);
      pass(3_000);
      return notices.active()[0]?.message;
    };
    const kept = `${error.message}. Probes are kept here until it is mended.`;
    expect(messageOf('prober')).toBe(kept);
    expect(messageOf('all')).toBe(kept);
    expect(messageOf('aggregator')).toBe(`${error.message}.`);
  });

  it('has one alarm at a time: that of the partitions, or that of the connection', () => {
    const { connection, pass, alarms } = createParts();
    connection.failed('topic', partitions);
    pass(3_000);
    expect(connection.state().problem).toMatchObject({ kind: 'topic_partitions' });
    expect(alarms()).toEqual(['kafka_partitions']);
    connection.failed('topic', settings);
    pass(0);
    expect(alarms()).toEqual(['kafka_connection']);
  });

  it('forgets everything when nothing connects any more', () => {
    const { connection, pass, alarms } = createParts();
    connection.failed('topic', settings);
    pass(3_000);
    connection.forget();
    expect(connection.state().state).toBe('connecting');
    pass(10_000);
    expect(alarms()).toEqual([]);
  });

  it('is not whole while one part fails, whatever the others can do', () => {
    const { connection } = createParts();
    connection.failed('group', Object.assign(new Error('no'), { type: 'GROUP_AUTHORIZATION_FAILED' }));
    connection.connected('shipping');
    expect(connection.state()).toMatchObject({ state: 'failed', problem: { kind: 'permission' } });
    connection.connected('group');
    expect(connection.state()).toMatchObject({ state: 'connected', problem: null });
  });
});
