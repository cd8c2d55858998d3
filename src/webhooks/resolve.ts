import { lookup, Resolver } from 'node:dns/promises';
import { isIP } from 'node:net';

/** The addresses behind the host name of a URL; none where there is no such name. Throws where nobody answers. */
export type Resolve = (hostname: string) => Promise<string[]>;

/**
 * Asks the name servers of the system. Not the system's own function first: it occupies one of four threads for as
 * long as a dead name server is silent, and fifty dead names would keep everybody else's waiting. What no name
 * server knows may stand in the hosts file, where that function looks.
 */
export function systemResolve(): Resolve {
  return async (hostname) => {
    const resolver = new Resolver({ timeout: 2000, tries: 2 });
    const found = await Promise.allSettled([resolver.resolve4(hostname), resolver.resolve6(hostname)]);
    const addresses = found.flatMap((each) => (each.status === 'fulfilled' ? each.value : []));
    if (addresses.length > 0) return addresses;
    const silent = found.find((each) => each.status === 'rejected' && !isUnknown(each.reason));
    if (silent?.status === 'rejected' && (silent.reason as { code?: string }).code === 'ETIMEOUT') {
      throw silent.reason as Error;
    }
    return lookup(hostname, { all: true }).then(
      (all) => all.map(({ address }) => address),
      () => [],
    );
  };
}

/** The host of a URL as an address where it is one, else what its name resolves to. */
export async function addressesOf(url: URL, resolve: Resolve): Promise<string[]> {
  const host = url.hostname.replace(/^\[(.*)\]$/, '$1');
  return isIP(host) === 0 ? resolve(host) : [host];
}

function isUnknown(error: unknown): boolean {
  return ['ENOTFOUND', 'ENODATA'].includes((error as { code?: string }).code ?? '');
}
