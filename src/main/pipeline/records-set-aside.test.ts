import { describe, expect, it } from 'vitest';
import { eventOf } from '../datalake/lake-fixtures';
import { recordsSetAside } from './records-set-aside';

const batch = { events: [eventOf(7), eventOf(8)], nextOffset: 9n, atEnd: true };

describe('records that are set aside', () => {
  it('are none of a batch that is sound', () => {
    expect(recordsSetAside(0, batch, [], 1)).toEqual([]);
  });

  it('keep where they stood, why, and all of their content', () => {
    const refused = {
      offset: 2n ** 60n,
      reason: 'not_json' as const,
      detail: 'the value is not JSON',
      key: null,
      value: Buffer.from('x'),
      appendedUs: 5,
    };
    expect(recordsSetAside(3, { ...batch, refused: [refused] }, [], 9)).toEqual([
      {
        partition: 3,
        offset: (2n ** 60n).toString(),
        reason: 'not_json',
        detail: 'the value is not JSON',
        key: null,
        value: Buffer.from('x'),
        timestampUs: 5,
      },
    ]);
  });

  it('are events too whose number stands for another, with the offset that they have in their log', () => {
    const [record] = recordsSetAside(3, { ...batch, offsetOf: (index) => BigInt(100 + index) }, [1], 9);
    expect(record).toMatchObject({ offset: '101', reason: 'identity_conflict', timestampUs: 9 });
    expect(JSON.parse(record?.value?.toString() ?? '')).toEqual(eventOf(8));
    expect(record?.detail).toContain('number 8');
    expect(recordsSetAside(0, batch, [0], 9)[0]?.offset).toBe('7');
  });
});
