import { isText } from '../http/formats.ts';

/**
 * The one form of an e-mail address that is stored and compared: NFKC, then lower case, then NFKC again,
 * since lower-casing can leave what is not normal. Null where it cannot be an address: exactly one `@` with
 * something before it and a host name after it, no white space or control characters, 320 characters at most.
 */
export function normalizeEmail(email: string): string | null {
  if (!isText(email)) return null;
  const normal = email.normalize('NFKC').toLowerCase().normalize('NFKC');
  return /^[^\s\p{C}@]+@[^\s\p{C}@.]+(\.[^\s\p{C}@.]+)*$/u.test(normal) && [...normal].length <= 320
    ? normal
    : null;
}
