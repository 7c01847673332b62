import { writeFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';

/** Whether nobody was here before: the file is made by one of several threads only. */
function isFirst(mark) {
  try {
    writeFileSync(mark, '', { flag: 'wx' });
    return true;
  } catch {
    return false;
  }
}

/**
 * Runs the built prober worker, with a fault in the first thread that comes here; the others and its successors work.
 * @param {{ worker: string, mark: string, fault: 'throw' | 'exit' | 'block' }} options
 */
export async function runFaultyWorker({ worker, mark, fault }) {
  const first = isFirst(mark);
  await import(pathToFileURL(worker).href);
  if (!first) return;
  setTimeout(() => {
    if (fault === 'throw') throw new Error('broken with hunter2');
    if (fault === 'exit') process.exit(3);
    // Blocked for good: only its end from outside helps.
    for (;;);
  }, 1000);
}
