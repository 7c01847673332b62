import { Resolver } from 'node:dns/promises';
import { isIP } from 'node:net';
import { networkInterfaces } from 'node:os';
import type { Random } from '../platform/random';

const ASK_TIMEOUT_MS = 1000;

/** What the machine can tell about its own network. Injected, so that tests can take it away. */
export interface HostNetwork {
  /** Whether an interface other than loopback has an address. */
  hasRoute(): boolean;
  /** Whether any of the system's resolvers answers anything at all. */
  resolverAnswers(): Promise<boolean>;
}

export function isLoopback(host: string): boolean {
  const bare = host.replace(/^\[|\]$/g, '');
  return (
    bare === 'localhost' ||
    bare.endsWith('.localhost') ||
    bare === '::1' ||
    /^(::ffff:)?127\./.test(bare) ||
    /^::ffff:7f/.test(bare)
  );
}

/** @param servers the resolvers to ask instead of the system's, as `address:port`; for tests */
export function createHostNetwork(random: Random, servers?: readonly string[]): HostNetwork {
  return {
    hasRoute: () =>
      Object.values(networkInterfaces()).some((addresses) =>
        (addresses ?? []).some(
          ({ internal, address }) => !internal && isIP(address) !== 0 && !/^(fe80|169\.254\.)/.test(address),
        ),
      ),
    async resolverAnswers() {
      const resolver = new Resolver({ timeout: ASK_TIMEOUT_MS, tries: 1 });
      if (servers !== undefined) resolver.setServers(servers);
      const stub = resolver.getServers().every((server) => isLoopback(hostOfServer(server)));
      // Out of time over all servers: the decision must not wait for one after the other.
      const giveUp = setTimeout(() => resolver.cancel(), ASK_TIMEOUT_MS);
      try {
        // A name that is in nobody's memory, so that somebody has to be asked.
        await resolver.resolve4(`${random.hex(16)}.example.com`);
        return true;
      } catch (error) {
        const code = error instanceof Error && 'code' in error ? error.code : '';
        // A stub on this machine always answers; when nobody behind it did, it says SERVFAIL.
        if (stub && code === 'ESERVFAIL') return false;
        // An answer that says no is an answer: only silence and a refused connection are not.
        return code !== 'ETIMEOUT' && code !== 'ECONNREFUSED' && code !== 'ECANCELLED';
      } finally {
        clearTimeout(giveUp);
      }
    },
  };
}

/** `1.2.3.4`, `1.2.3.4:5353`, `::1` or `[::1]:5353`, as `getServers` writes them. */
function hostOfServer(server: string): string {
  const bracketed = /^\[(.*)\]/.exec(server)?.[1];
  return bracketed ?? (isIP(server) !== 0 ? server : server.replace(/:\d+$/, ''));
}
