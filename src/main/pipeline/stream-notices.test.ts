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
    const tell = quarantineNotices(notices, clock);
    tell(0, ['not_json']);
    tell(0, ['invalid', 'invalid']);
    tell(1, ['not_json']);
    expect(told()).toHaveLength(1);
    clock.nowUsValue += 60_000_000;
    tell(1, ['null_value']);
    const [second] = told();
    expect(second?.message).toContain(
      '4 records that are no events were set aside (invalid, not_json, null_value)',
    );
  });

  it('says it of one record as of one', () => {
    const { clock, notices, told } = createParts();
    quarantineNotices(notices, clock)(1, ['invalid']);
    expect(told()[0]?.message).toBe(
      "Partition 1: 1 record that is no event was set aside (invalid); it lies in the lake's quarantine folder.",
    );
  });

  it('names two probers of one identity, also when that came between two of its notices', () => {
    const { clock, notices, told } = createParts();
    const tell = quarantineNotices(notices, clock);
    tell(0, ['not_json']);
    tell(0, ['identity_conflict']);
    clock.nowUsValue += 60_000_000;
    tell(0, ['not_json']);
    expect(told()[0]?.code).toBe('identity_conflict');
  });
});
