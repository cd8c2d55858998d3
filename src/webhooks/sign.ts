import { createHmac, randomBytes } from 'node:crypto';

const prefix = 'whsec_';

/** A new secret of a webhook: 256 bits, as Standard Webhooks writes them. */
export function newSecret(): string {
  return prefix + randomBytes(32).toString('base64');
}

export interface Message {
  /** The same over all attempts. */
  id: string;
  /** Seconds since 1970 of this attempt. */
  timestamp: number;
  body: string;
}

/**
 * The headers that prove where a message comes from (Standard Webhooks 1.0): `v1,` and the base64 of HMAC-SHA256
 * over `id.timestamp.body`, one for each secret.
 */
export function signedHeaders(secrets: readonly string[], { id, timestamp, body }: Message) {
  const signatures = secrets.map((secret) => {
    const key = Buffer.from(secret.slice(prefix.length), 'base64');
    return `v1,${createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest('base64')}`;
  });
  return {
    'webhook-id': id,
    'webhook-timestamp': String(timestamp),
    'webhook-signature': signatures.join(' '),
  };
}
