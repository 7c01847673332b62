import { setFlagsFromString } from 'node:v8';

/** How much the old generation may grow beyond what was alive before it is collected again, %; V8's own choice is up to 300. */
const GROWTH_PERCENT = 25;

/**
 * Has V8 collect before it asks the system for much more memory, for the whole process with its workers. At full rate most of
 * what is made dies within milliseconds, and the heap took 120 MB for 35 that lived; see docs/decisions/0016. V8 reads
 * the flag at every collection, so it counts from now on; a later V8 that does not know it says so on stderr and goes on.
 */
export function keepHeapCompact(): void {
  setFlagsFromString(`--heap-growing-percent=${GROWTH_PERCENT}`);
}
