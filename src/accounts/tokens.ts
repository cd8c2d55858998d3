import { hash, randomBytes } from 'node:crypto';
import { crc32 } from 'node:zlib';

const alphabet = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const randomLength = 30;
const pattern = /^dm_[sp]_([0-9A-Za-z]{30})([0-9A-Za-z]{6})$/;

/** Makes a token: `dm_s_` for sessions, `dm_p_` for personal access tokens, about 178 bits of chance. */
export function newToken(kind: 'session' | 'token'): string {
  const body = randomBase62(randomLength);
  return `dm_${kind === 'session' ? 's' : 'p'}_${body}${checksum(body)}`;
}

/** True where the form and the checksum are right: anything else is refused without a query. */
export function isToken(text: string): boolean {
  const parts = pattern.exec(text);
  return parts !== null && checksum(parts[1] as string) === parts[2];
}

/** SHA-256 of the whole token, 32 bytes: the only form in which a token is stored. */
export function tokenHash(token: string): Buffer {
  return hash('sha256', token, 'buffer');
}

function randomBase62(length: number): string {
  let text = '';
  while (text.length < length) {
    // 248 is the largest multiple of 62 in a byte; what lies above would favour the first letters.
    for (const byte of randomBytes(length))
      if (byte < 248 && text.length < length) text += alphabet[byte % 62];
  }
  return text;
}

/** CRC32 in base62, padded with `0` to 6 characters. */
function checksum(body: string): string {
  let rest = crc32(body);
  let text = '';
  for (let digit = 0; digit < 6; digit++) {
    text = alphabet.charAt(rest % 62) + text;
    rest = Math.floor(rest / 62);
  }
  return text;
}
