import { describe, expect, it } from 'vitest';
import { AppError } from '../../shared/contract/app-error';
import { createFlushWatch } from './flush-watch';

const full = new AppError('no_space', 'full', { domain: 'external' });
const gone = new Error('no such file');

describe('the watch over flushes', () => {
  it('asks for the lake to be opened anew after three failures in a row that do not pass by themselves', () => {
    let asked = 0;
    const watch = createFlushWatch(() => {
      asked += 1;
    });
    for (let count = 0; count < 10; count += 1) watch.failed(full);
    watch.failed(gone);
    watch.failed(gone);
    watch.flushed();
    watch.failed(gone);
    watch.failed(gone);
    expect(asked).toBe(0);
    watch.failed(gone);
    expect(asked).toBe(1);
    for (let count = 0; count < 3; count += 1) watch.failed(gone);
    expect(asked).toBe(2);
  });
});
