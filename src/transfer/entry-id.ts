import { hash } from 'node:crypto';

/** The identity of a row: the SHA-256 of its format and of what it says. */
export function rowHash(format: string, identity: string): Buffer {
  return hash('sha256', `${format}\0${identity}`, 'buffer');
}

/**
 * The id of the entry that a row becomes: the same whenever the row comes again, so that the primary key is what
 * keeps a file from making anything twice. A UUID of version 7 (RFC 9562 §5.7): milliseconds of `at`, so that ids sort
 * as entries happened; then `order`, where a format has one, and bits of the hash.
 */
export function entryId(at: string, rowHash: Buffer, occurrence: number, order?: number): string {
  const digest =
    occurrence === 1 ? rowHash : hash('sha256', Buffer.concat([rowHash, tail(occurrence)]), 'buffer');
  const bytes = Buffer.alloc(16);
  bytes.writeUIntBE(Math.max(0, Date.parse(at)), 0, 6);
  digest.copy(bytes, 6, 16, 26);
  if (order !== undefined) writeOrder(bytes, order);
  bytes[6] = 0x70 | ((bytes[6] as number) & 0x0f);
  bytes[8] = 0x80 | ((bytes[8] as number) & 0x3f);
  return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
}

function tail(occurrence: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(occurrence);
  return bytes;
}

/** 32 bits in the places between those of version and variant: 12, 6 and 14. */
function writeOrder(bytes: Buffer, order: number): void {
  bytes.writeUInt16BE(order >>> 20, 6);
  bytes[8] = (order >>> 14) & 0x3f;
  bytes.writeUInt16BE(((order & 0x3fff) << 2) | ((bytes[10] as number) & 0x03), 9);
}
