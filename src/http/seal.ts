import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';

// AES-256-GCM (NIST SP 800-38D): a fresh nonce of 96 bits before, a tag of 128 bits after the text.
const algorithm = 'aes-256-gcm';
const nonceLength = 12;
const tagLength = 16;

/** Encrypts and decrypts what is kept at rest, with the installation's key. */
export interface Seal {
  /** `text` so that only `open` with the same `context` (where it is kept, and whose it is) reads it. */
  close(text: string, context: string): Buffer;
  /** Throws where the bytes were changed, moved to another context, or sealed with another key. */
  open(sealed: Buffer, context: string): string;
}

/** `secretKey` has 32 bytes; what is used is derived from it, so that no two purposes share a key (RFC 5869). */
export function seal(secretKey: Buffer): Seal {
  const key = Buffer.from(hkdfSync('sha256', secretKey, '', 'daymark seal', 32));
  return {
    close(text, context) {
      const nonce = randomBytes(nonceLength);
      const cipher = createCipheriv(algorithm, key, nonce).setAAD(Buffer.from(context));
      return Buffer.concat([nonce, cipher.update(text, 'utf8'), cipher.final(), cipher.getAuthTag()]);
    },
    open(sealed, context) {
      const nonce = sealed.subarray(0, nonceLength);
      const tag = sealed.subarray(sealed.length - tagLength);
      const cipher = createDecipheriv(algorithm, key, nonce, { authTagLength: tagLength });
      cipher.setAAD(Buffer.from(context)).setAuthTag(tag);
      const text = cipher.update(sealed.subarray(nonceLength, sealed.length - tagLength));
      return Buffer.concat([text, cipher.final()]).toString('utf8');
    },
  };
}
