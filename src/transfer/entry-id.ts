import { hash } from 'node:crypto';

/** The identity of a row: the SHA-256, in hex, of its format and of what it says. */
export function rowHash(format: string, identity: string): string {
  return hash('sha256', `${format}\0${identity}`);
}

/**
 * The id of the entry that a row becomes: the same whenever the row comes again, so that the primary key is what
 * keeps a file from making anything twice. A UUID of version 7 (RFC 9562 §5.7): milliseconds of `at`, so that ids sort
 * as entries happened; then `order`, 32 bits, where a format has one; then bits of the hash.
 */
export function entryId(at: string, rowHash: string, occurrence: number, order?: number): string {
  const digest = occurrence === 1 ? rowHash : hash('sha256', `${rowHash} ${occurrence}`);
  const time = Math.max(0, Date.parse(at)).toString(16).padStart(12, '0');
  // 12 bits, the two that the variant leaves of its digit, and 60.
  const random = order === undefined ? digest.slice(32) : orderBits(order, digest.slice(32));
  const variant = '89ab'[Number.parseInt(random.charAt(3), 16) & 3] ?? '8';
  const tail = random.slice(4, 7);
  return `${time.slice(0, 8)}-${time.slice(8)}-7${random.slice(0, 3)}-${variant}${tail}-${random.slice(7, 19)}`;
}

/** The order in the first 32 of 74 bits, and the hash in the others. */
function orderBits(order: number, digest: string): string {
  const last = ((order & 0x3ffff) << 2) | (Number.parseInt(digest.charAt(0), 16) & 3);
  const hex = (value: number, digits: number) => value.toString(16).padStart(digits, '0');
  return hex(order >>> 20, 3) + hex((order >>> 18) & 3, 1) + hex(last, 5) + digest.slice(1, 11);
}
