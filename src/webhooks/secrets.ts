import type { Seal } from '../http/seal.ts';
import { newSecret } from './sign.ts';

/** Binds a sealed secret to its owner: moved to another account it opens nothing. */
export function sealContext(userId: string): string {
  return `webhook secret ${userId}`;
}

/** A new secret, and how it is kept. */
export function makeSecret(seal: Seal, userId: string): { secret: string; sealed: Buffer } {
  const secret = newSecret();
  return { secret, sealed: seal.close(secret, sealContext(userId)) };
}
