import type { Seal } from '../http/seal.ts';
import { newSecret } from './sign.ts';

/** A new secret, and how it is kept. */
export function makeSecret(seal: Seal, userId: string): { secret: string; sealed: Buffer } {
  const secret = newSecret();
  return { secret, sealed: seal.close(secret, sealContext(userId)) };
}

/** The secrets that can be read; one that was sealed under another SECRET_KEY cannot. */
export function openSecrets(seal: Seal, userId: string, sealed: readonly (Buffer | null)[]): string[] {
  return sealed.flatMap((each) => {
    if (each === null) return [];
    try {
      return [seal.open(each, sealContext(userId))];
    } catch {
      return [];
    }
  });
}

/** Binds a sealed secret to its owner: moved to another account it opens nothing. */
function sealContext(userId: string): string {
  return `webhook secret ${userId}`;
}
