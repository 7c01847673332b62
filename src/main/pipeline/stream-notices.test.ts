import { describe, expect, it } from 'vitest';
import { AppError } from '../../shared/contract/app-error';
import { createTestClock } from '../datalake/lake-fixtures';
import { createNotices } from './notices';
import { breachNotices, quarantineNotices, unlessFenced } from './stream-notices';

function createParts() {
  const clock = createTestClock();
  const notices = createNotices(clock);
  const told = () => notices.list().map(({ level, code, message }) => ({ level, code, message }));
  return { clock, notices, told };
}

describe('what a stream tells', () => {
  it('is that another process took a partition over, and no failed flush', () => {
    const { notices, told } = createParts();
    const failures: unknown[] = [];
    let fenced = 0;
    const onFlushFailed = unlessFenced(
      notices,
      4,
      () => (fenced += 1),
      (error) => failures.push(error),
    );
    onFlushFailed(new AppError('fenced', 'x'));
    expect([fenced, failures]).toEqual([1, []]);
    expect(told()).toMatchObject([{ level: 'info', code: 'fenced' }]);
    const full = new AppError('no_space', 'x');
    onFlushFailed(full);
    expect([fenced, failures]).toEqual([1, [full]]);
  });

  it('is how many records the broker threw away, or that another log was found', () => {
    const { notices, told } = createParts();
    const onBreach = breachNotices(notices, 2);
    onBreach({ kind: 'lost', from: 10n, to: 25n });
    onBreach({ kind: 'other_log', from: 25n, to: 3n });
    const [other, lost] = told();
    expect(lost).toMatchObject({ level: 'warning', code: 'kafka_lost' });
    expect(lost?.message).toContain('Partition 2: 15 records, offsets 10 to 24,');
    expect(other).toMatchObject({ level: 'warning', code: 'kafka_other_log' });
    expect(other?.message).toContain('offset 3');
  });

  it('is once a minute how many records were set aside, with every reason since the last time', () => {
    const { clock, notices, told } = createParts();
    const { refused: tell, tellRest } = quarantineNotices(notices, clock);
    tell(0, ['not_json']);
    tell(0, ['invalid', 'invalid']);
    tell(1, ['not_json']);
    expect(told()).toHaveLength(1);
    tellRest();
    expect(told()).toHaveLength(1);
    clock.nowUsValue += 60_000_000;
    tellRest();
    tellRest();
    const [second] = told();
    expect(told()).toHaveLength(2);
    expect(second?.message).toContain('3 records that are no events were set aside (invalid, not_json)');
  });

  it('says it of one record as of one', () => {
    const { clock, notices, told } = createParts();
    quarantineNotices(notices, clock).refused(1, ['invalid']);
    expect(told()[0]?.message).toBe(
      "Partition 1: 1 record that is no event was set aside (invalid); it lies in the lake's quarantine folder.",
    );
  });

  it('names two probers of one identity at once, also when it has just told of other records', () => {
    const { notices, clock, told } = createParts();
    const { refused } = quarantineNotices(notices, clock);
    refused(0, ['not_json']);
    refused(3, ['identity_conflict', 'not_json']);
    expect(told().map(({ code }) => code)).toEqual(['identity_conflict', 'kafka_quarantine']);
    expect(told()[0]?.message).toContain('Partition 3: two different events');
  });
});
