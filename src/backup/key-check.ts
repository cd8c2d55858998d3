import { createHmac, hkdfSync } from 'node:crypto';

/** A value that only this key gives (HMAC-SHA256 of a constant under a key derived for this alone, RFC 5869). */
export function keyCheck(secretKey: Buffer): string {
  const key = Buffer.from(hkdfSync('sha256', secretKey, '', 'daymark backup', 32));
  return createHmac('sha256', key).update('key check').digest('hex');
}
