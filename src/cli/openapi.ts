import { passwords } from '../accounts/passwords.ts';
import { buildApp } from '../app.ts';
import type { Database } from '../db/connect.ts';
import { makeLog } from '../log.ts';
import { packageVersion } from '../version.ts';

/** `openapi`: prints the contract, made from the routes; needs no database. */
export async function openapi(): Promise<void> {
  const app = await buildApp({
    db: {} as Database,
    log: await makeLog('silent', 'json'),
    health: { phase: 'starting', database: 'down', redis: 'off' },
    passwords: passwords(),
    secretKey: Buffer.alloc(32),
    version: packageVersion(),
    publicUrl: null,
    trustedProxies: [],
    registration: 'open',
    requestTimeoutMs: 10_000,
  });
  await app.ready();
  process.stdout.write(`${JSON.stringify(app.swagger(), null, 2)}\n`);
  await app.close();
}
