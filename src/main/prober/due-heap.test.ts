import fc from 'fast-check';
import { expect, it } from 'vitest';
import { type Due, DueHeap } from './due-heap';

it('gives back what is due earliest, whatever was put in, taken out and thrown out in between', () => {
  const due = fc.record({ dueUs: fc.nat(50) });
  const step = fc.oneof(
    { weight: 4, arbitrary: due },
    { weight: 2, arbitrary: fc.constant('pop' as const) },
    { weight: 1, arbitrary: fc.constant('retain' as const) },
  );
  fc.assert(
    fc.property(fc.array(step, { maxLength: 80, size: 'max' }), (steps) => {
      const heap = new DueHeap<Due>();
      let model: Due[] = [];
      for (const one of steps) {
        if (one === 'retain') {
          heap.retain(({ dueUs }) => dueUs % 3 !== 0);
          model = model.filter(({ dueUs }) => dueUs % 3 !== 0);
        } else if (one === 'pop') {
          const first = heap.pop();
          expect(first?.dueUs).toBe(model.length === 0 ? undefined : Math.min(...model.map((d) => d.dueUs)));
          model = model.filter((other) => other !== first);
        } else {
          heap.push(one);
          model.push(one);
        }
        expect(heap.peek()?.dueUs).toBe(
          model.length === 0 ? undefined : Math.min(...model.map((other) => other.dueUs)),
        );
      }
    }),
    { numRuns: 60 },
  );
});
