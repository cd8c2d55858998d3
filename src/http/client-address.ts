import { isIPv6 } from 'node:net';

/**
 * The part of a client's address that one subscriber holds: an IPv4 address whole, of IPv6 the first 64 bits,
 * since a subscriber is given at least that much. IPv4 inside IPv6 (`::ffff:192.0.2.1`) is IPv4.
 */
export function subscriber(address: string): string {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address);
  if (mapped !== null) return mapped[1] as string;
  return isIPv6(address) ? `${first64Bits(address)}::/64` : address;
}

function first64Bits(address: string): string {
  const [head = '', tail] = address.replace(/%.*$/, '').split('::');
  const before = head === '' ? [] : head.split(':');
  const after = tail === undefined || tail === '' ? [] : tail.split(':');
  // A dotted tail stands for two groups.
  const length = before.length + after.length + (address.includes('.') ? 1 : 0);
  const zeros = tail === undefined ? [] : Array<string>(Math.max(0, 8 - length)).fill('0');
  const groups = [...before, ...zeros, ...after].slice(0, 4);
  return groups.map((group) => Number.parseInt(group, 16).toString(16)).join(':');
}
