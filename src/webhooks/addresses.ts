import { BlockList, isIP } from 'node:net';
import type { Network } from '../config.ts';

/** Decides which addresses a webhook may reach. */
export interface AddressRules {
  /** Inside WEBHOOK_ALLOW_NETS: reachable whatever it is, by http too. */
  isAllowed(address: string): boolean;
  /** Inside WEBHOOK_ALLOW_NETS, or globally routable. */
  isReachable(address: string): boolean;
}

export function addressRules(allowNets: readonly Network[]): AddressRules {
  const allowed = new BlockList();
  for (const { address, prefix, family } of allowNets) allowed.addSubnet(address, prefix, family);
  const isAllowed = (address: string) => isIP(address) !== 0 && allowed.check(address, familyOf(address));
  return { isAllowed, isReachable: (address) => isAllowed(address) || isGloballyRoutable(address) };
}

/**
 * False for every address that the special-purpose registries of IANA (RFC 6890 and its updates, as of 2025) do not
 * call globally reachable, for multicast, and for every IPv6 form that carries an IPv4 address, whatever that is.
 * Of the globally reachable ones that serve special protocols none is let through either.
 */
export function isGloballyRoutable(address: string): boolean {
  // A scope (fe80::1%eth0) is no part of a global address.
  if (isIP(address) === 0 || address.includes('%')) return false;
  if (isIP(address) === 4) return !special4.check(address, 'ipv4');
  return unicast6.check(address, 'ipv6') && !special6.check(address, 'ipv6') && !isIsatap(address);
}

const special4 = blocks('ipv4', [
  '0.0.0.0/8', // this network
  '10.0.0.0/8', // private
  '100.64.0.0/10', // shared, carrier-grade NAT
  '127.0.0.0/8', // loopback
  '169.254.0.0/16', // link-local, metadata of clouds
  '172.16.0.0/12', // private
  '192.0.0.0/24', // protocol assignments
  '192.0.2.0/24', // documentation
  '192.31.196.0/24', // AS112
  '192.52.193.0/24', // AMT
  '192.88.99.0/24', // 6to4 relays, deprecated
  '192.168.0.0/16', // private
  '192.175.48.0/24', // AS112
  '198.18.0.0/15', // benchmarks
  '198.51.100.0/24', // documentation
  '203.0.113.0/24', // documentation
  '224.0.0.0/4', // multicast
  '240.0.0.0/4', // reserved, broadcast
]);

// All that is assigned as global unicast. What embeds an IPv4 address outside of it (mapped ::ffff:0:0/96,
// compatible ::/96, NAT64 64:ff9b::/96 and 64:ff9b:1::/48), unique local, link-local and multicast fall out.
const unicast6 = blocks('ipv6', ['2000::/3']);

const special6 = blocks('ipv6', [
  '2001::/23', // protocol assignments: Teredo 2001::/32, benchmarks, ORCHID
  '2001:db8::/32', // documentation
  '2002::/16', // 6to4
  '2620:4f:8000::/48', // AS112
  '3fff::/20', // documentation
]);

/** ISATAP (RFC 5214 §6.1): an interface id of 0000:5efe or 0200:5efe and an IPv4 address, under any prefix. */
function isIsatap(address: string): boolean {
  return /^0?(?:0|200):5efe$/.test(groups(address).slice(4, 6).join(':'));
}

/** The eight groups of an IPv6 address without leading zeros; URL writes them in one way (WHATWG URL §3.5). */
function groups(address: string): string[] {
  const [before = '', after] = new URL(`http://[${address}]`).hostname.slice(1, -1).split('::');
  const head = before === '' ? [] : before.split(':');
  if (after === undefined) return head;
  const tail = after === '' ? [] : after.split(':');
  return [...head, ...Array<string>(8 - head.length - tail.length).fill('0'), ...tail];
}

function blocks(family: 'ipv4' | 'ipv6', networks: readonly string[]): BlockList {
  const list = new BlockList();
  for (const network of networks) {
    const [address = '', prefix] = network.split('/');
    list.addSubnet(address, Number(prefix), family);
  }
  return list;
}

function familyOf(address: string): 'ipv4' | 'ipv6' {
  return isIP(address) === 4 ? 'ipv4' : 'ipv6';
}
