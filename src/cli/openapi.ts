import { buildApp } from '../app.ts';
import { loadConfig } from '../config.ts';
import type { Database } from '../db/connect.ts';
import { slidingWindow } from '../http/sliding-window.ts';
import { makeSilentLog } from '../log.ts';
import { depsOf } from './deps.ts';

/** `openapi`: prints the contract, made from the routes; needs no database and no configuration. */
export async function openapi(): Promise<void> {
  const { config } = loadConfig({ SECRET_KEY: '0'.repeat(64) }, process.cwd(), false, { dotEnv: false });
  const log = makeSilentLog();
  const app = await buildApp(
    depsOf(config, {
      db: {} as Database,
      replica: null,
      log,
      health: { phase: 'starting', database: 'down', redis: 'off' },
      limiter: slidingWindow(config.rateLimit),
    }),
  );
  await app.ready();
  process.stdout.write(`${JSON.stringify(app.swagger(), null, 2)}\n`);
  await app.close();
}
