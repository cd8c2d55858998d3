import { createHmac, hkdfSync, timingSafeEqual } from 'node:crypto';
import { Problem } from './problem.ts';

/** Signs and reads the cursors of lists. */
export interface Cursors {
  /** `position` as an opaque text that only `read` with the same `scope` takes back. */
  write(scope: string, position: readonly string[]): string;
  /** The position in a cursor; 400 `invalid_cursor` where it was forged, cut, or made for another scope. */
  read(scope: string, cursor: string): string[];
}

const signatureLength = 16;

/**
 * Cursors bound to a scope: the user, the path and every parameter but `limit`. The signature (HMAC-SHA256,
 * cut to 128 bits) keeps people from reading another list, or from another place, than the one it was made for.
 */
export function cursors(secretKey: Buffer): Cursors {
  const key = Buffer.from(hkdfSync('sha256', secretKey, '', 'daymark cursors', 32));
  const sign = (scope: string, payload: string) =>
    createHmac('sha256', key).update(`${scope}\n${payload}`).digest().subarray(0, signatureLength);

  return {
    write(scope, position) {
      const payload = position.join('\n');
      return Buffer.concat([sign(scope, payload), Buffer.from(payload)]).toString('base64url');
    },
    read(scope, cursor) {
      const bytes = Buffer.from(cursor, 'base64url');
      const payload = bytes.subarray(signatureLength).toString();
      const isOurs =
        bytes.length > signatureLength &&
        // Buffer's reader skips what is no base64url; a cursor has one spelling only.
        bytes.toString('base64url') === cursor &&
        timingSafeEqual(bytes.subarray(0, signatureLength), sign(scope, payload));
      if (!isOurs)
        throw new Problem(
          400,
          'invalid_cursor',
          'This cursor was not made for this list and these parameters.',
        );
      return payload.split('\n');
    },
  };
}
