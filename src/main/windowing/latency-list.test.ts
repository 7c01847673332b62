import fc from 'fast-check';
import { expect, it } from 'vitest';
import { LatencyList } from './latency-list';

it('sorts whatever was added since it was last sorted, also what needs more than 32 bits', () => {
  const latency = fc.oneof(fc.nat(300_000_000), fc.nat(20), fc.maxSafeNat());
  fc.assert(
    fc.property(fc.array(fc.array(latency, { maxLength: 50, size: 'max' }), { maxLength: 6 }), (parts) => {
      const list = new LatencyList();
      const expected: number[] = [];
      for (const part of parts) {
        for (const us of part) list.add(us);
        expected.push(...part);
        expect([...list.sorted()]).toEqual(expected.sort((a, b) => a - b));
      }
    }),
    { seed: 1 },
  );
});
