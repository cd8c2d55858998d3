import { isIP } from 'node:net';
import { Wrong } from './errors.ts';
import { elements } from './values.ts';

/** A block of addresses in the form that `net.BlockList.addSubnet` takes. */
export interface Network {
  readonly address: string;
  readonly prefix: number;
  readonly family: 'ipv4' | 'ipv6';
}

// RFC 1123, and the underscore, which names of containers hold.
const label = /^[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?$/i;

/** An IP address or a host name. */
export function host(text: string): string {
  if (isIP(text) !== 0) return text;
  const labels = text.replace(/\.$/, '').split('.');
  // A last label of digits only is a mistyped IP address (WHATWG URL, "ends in a number").
  const isName = labels.every((each) => label.test(each)) && !/^\d+$/.test(labels.at(-1) ?? '');
  if (isName && text.length <= 253) return text;
  throw new Wrong('is not an IP address or a host name');
}

/** Where PostgreSQL is: an IP address, a host name, or the absolute path of its socket directory. */
export function databaseHost(text: string): string {
  return text.startsWith('/') ? text : host(text);
}

/** A comma list of IPv4 and IPv6 addresses and CIDR blocks; a single address is a block of its own. */
export function networks(text: string): readonly Network[] {
  return elements(text).map(network);
}

/** The address that people type: http or https, a host, perhaps a port. Gives the origin, without a slash. */
export function publicUrl(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url === null || !/^https?:$/.test(url.protocol) || !/^https?:\/\//i.test(text)) {
    throw new Wrong('is not an http:// or https:// URL');
  }
  if (url.username !== '' || url.password !== '') throw new Wrong('must not hold a user name or password');
  if (url.href !== `${url.origin}/`) throw new Wrong('must not hold a path, a query or a fragment');
  return url.origin;
}

/** The URL of a Redis server. Never quote it: it may hold a password. */
export function redisUrl(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url === null || !/^rediss?:$/.test(url.protocol) || url.hostname === '') {
    throw new Wrong('is not redis://host:6379 or rediss://host:6379 (rediss is with TLS)');
  }
  if (!/^(\/\d*)?$/.test(url.pathname)) throw new Wrong('has a path that is not the number of a database');
  return text;
}

function network(text: string): Network {
  const [address = '', prefix, ...more] = text.split('/');
  const version = address.includes('%') ? 0 : isIP(address);
  const longest = version === 4 ? 32 : 128;
  const bits = prefix === undefined ? longest : /^(0|[1-9]\d{0,2})$/.test(prefix) ? Number(prefix) : NaN;
  if (version === 0 || more.length > 0 || !(bits <= longest)) {
    throw new Wrong('is not a comma list of IP addresses and CIDR blocks such as 10.0.0.0/8');
  }
  return { address, prefix: bits, family: version === 4 ? 'ipv4' : 'ipv6' };
}
