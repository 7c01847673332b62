import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { murmur2, partitionOf } from './partition';

describe('the partition of a target', () => {
  it('is the one that Kafka itself gives to the key', () => {
    // Of org.apache.kafka.common.utils.UtilsTest.
    const cases: [string, number][] = [
      ['21', -973932308],
      ['foobar', -790332482],
      ['a-little-bit-long-string', -985981536],
      ['a-little-bit-longer-string', -1486304829],
      ['lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8', -58897971],
      ['abc', 479470107],
    ];
    for (const [text, hash] of cases) expect(murmur2(new TextEncoder().encode(text))).toBe(hash);
  });

  it('lies within the partitions there are, whatever the name', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.integer({ min: 1, max: 1000 }), (name, count) => {
        const partition = partitionOf(name, count);
        expect(partition >= 0 && partition < count).toBe(true);
      }),
    );
  });
});
