import { type LookupAddress, lookup as systemLookup } from 'node:dns';
import { Resolver } from 'node:dns/promises';
import type { LookupFunction } from 'node:net';

/** The system alone is waited for so long, ms. */
const PATIENCE_MS = 500;
const QUERY_MS = 2000;
const QUERIES = 3;
/** A name with an IPv4 address waits so much longer for its IPv6 ones, ms. */
const SECOND_FAMILY_MS = 200;
/** The name servers do not know the name: the system still may, from its own files or the local network. */
const UNKNOWN_THERE = new Set(['ENOTFOUND', 'ENODATA', 'EBADNAME']);

type Done = Parameters<LookupFunction>[2];
type NetworkLookup = (host: string) => Promise<LookupAddress[]>;

/**
 * The name look-up of all probes, as `net.connect` wants it: the system's own, as every program has it. It cannot be taken
 * back, and runs on half of libuv's threads, which all workers share: a few names nobody answers for would hold up the look-ups
 * of every other target. A name that the system takes long over is asked of the name servers directly, which costs no
 * thread; once they know it, the system has its turn again.
 */
export function createNameLookup(
  system: LookupFunction = systemLookup as LookupFunction,
  network: NetworkLookup = createNetworkLookup(),
): LookupFunction {
  /** Who waits for the system, by names it takes long over. */
  const stuck = new Map<string, Done[]>();
  /** Names the system took long over when it was asked last. */
  const slow = new Set<string>();

  const askSystem: LookupFunction = (host, options, done) => {
    const waiting = [done];
    const patience = setTimeout(() => {
      slow.add(host);
      if (!stuck.has(host)) stuck.set(host, waiting);
      network(host).then(
        (addresses) => answer(done, options.all === true, addresses),
        // The system may know better.
        () => undefined,
      );
    }, PATIENCE_MS);
    system(host, options, (...result) => {
      clearTimeout(patience);
      if (stuck.get(host) === waiting) stuck.delete(host);
      for (const one of waiting) one(...result);
    });
  };

  return (host, options, then) => {
    const done = once(then);
    if (!stuck.has(host) && !slow.has(host)) return askSystem(host, options, done);
    network(host).then(
      (addresses) => {
        slow.delete(host);
        answer(done, options.all === true, addresses);
      },
      (error: NodeJS.ErrnoException) => {
        if (!UNKNOWN_THERE.has(error.code ?? '')) return done(error, []);
        const waiting = stuck.get(host);
        if (waiting !== undefined) waiting.push(done);
        else {
          slow.delete(host);
          askSystem(host, options, done);
        }
      },
    );
  };
}

/** @param servers instead of the system's, as `address:port`; for tests */
export function createNetworkLookup(servers?: readonly string[]): NetworkLookup {
  return async (host) => {
    // Made anew each time: the machine may be in another network by now.
    const resolver = new Resolver({ timeout: QUERY_MS, tries: QUERIES });
    if (servers !== undefined) resolver.setServers(servers);
    const six = resolver.resolve6(host).then(
      (found) => found.map((address) => ({ address, family: 6 })),
      () => [],
    );
    try {
      const four = (await resolver.resolve4(host)).map((address) => ({ address, family: 4 }));
      return [...four, ...(await within(SECOND_FAMILY_MS, six))];
    } catch (error) {
      const found = await six;
      if (found.length === 0) throw error;
      return found;
    }
  };
}

function within<T>(ms: number, wanted: Promise<T[]>): Promise<T[]> {
  return new Promise((resolve) => {
    const giveUp = setTimeout(() => resolve([]), ms);
    void wanted.then((found) => {
      clearTimeout(giveUp);
      resolve(found);
    });
  });
}

function answer(done: Done, all: boolean, addresses: LookupAddress[]): void {
  const [first] = addresses;
  if (all || first === undefined) done(null, addresses);
  else done(null, first.address, first.family);
}

/** Two may answer; the first one counts. */
function once(done: Done): Done {
  let isDone = false;
  return (...result) => {
    if (isDone) return;
    isDone = true;
    done(...result);
  };
}
