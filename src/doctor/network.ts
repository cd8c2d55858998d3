import type { Config } from '../config.ts';
import { ok, warning, type Finding } from './finding.ts';

type Network = Pick<Config, 'host' | 'publicUrl' | 'trustedProxies' | 'registration'>;

/** Who may sign up, on an address that others reach. */
export function registration({ host, publicUrl, registration: who }: Network): Finding {
  const name = 'registration';
  if (who !== 'open') return ok(name, `REGISTRATION is ${who}`);
  if (isLoopback(host) && publicUrl === null) return ok(name, 'open, to this machine alone');
  return warning(
    name,
    `anybody who reaches ${publicUrl ?? host} can make an account`,
    'set REGISTRATION=first, or closed once everybody has an account; "daymark user add" makes more',
  );
}

/** The outside address, and the proxies in front. */
export function publicAddress({ host, publicUrl, trustedProxies }: Network): Finding {
  const name = 'public address';
  if (publicUrl === null) {
    if (trustedProxies.length > 0) {
      return warning(
        name,
        'TRUSTED_PROXIES is set and PUBLIC_URL is not: cookies and cross-site checks go by what the proxy says',
        'set PUBLIC_URL to the address that people type, such as https://diary.example.org',
      );
    }
    if (isLoopback(host)) return ok(name, 'reached from this machine alone');
    return warning(
      name,
      `it listens on ${host} without PUBLIC_URL`,
      'set PUBLIC_URL to the address that people type',
    );
  }
  if (publicUrl.startsWith('http://')) {
    return warning(
      name,
      `${publicUrl} is not encrypted: whoever is in the network can read diaries and take sessions over`,
      'put a proxy with TLS in front and set PUBLIC_URL=https://…',
    );
  }
  if (trustedProxies.length === 0) {
    return warning(
      name,
      'something in front ends TLS, and TRUSTED_PROXIES does not name it: everybody has the address of the proxy, and one shared rate limit',
      'set TRUSTED_PROXIES to the address of the proxy, such as 127.0.0.1',
    );
  }
  return ok(name, publicUrl);
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || host.startsWith('127.');
}
