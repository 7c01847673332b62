import { lookup as systemLookup } from 'node:dns';
import type { LookupFunction } from 'node:net';

/** A look-up this old is stuck: others for the same name wait for it instead of starting one more, ms. */
const STUCK_MS = 1000;

type Done = Parameters<LookupFunction>[2];

/**
 * The system's name look-up, as `net.connect` wants it. It runs on libuv's few threads and cannot be taken back, so that two
 * names nobody answers for would soon hold every thread: here a name whose look-up is stuck holds one.
 */
export function createNameLookup(
  monotonicMs: () => number,
  lookup: LookupFunction = systemLookup as LookupFunction,
): LookupFunction {
  const oldest = new Map<string, { sinceMs: number; waiting: Done[] }>();
  return (host, options, done) => {
    const sinceMs = monotonicMs();
    const before = oldest.get(host);
    if (before !== undefined) {
      if (sinceMs - before.sinceMs > STUCK_MS) before.waiting.push(done);
      else lookup(host, options, done);
      return;
    }
    const own = { sinceMs, waiting: [done] };
    oldest.set(host, own);
    lookup(host, options, (...answer) => {
      oldest.delete(host);
      for (const one of own.waiting) one(...answer);
    });
  };
}
