import type { AddressInfo } from 'node:net';
import { buildApp } from '../app.ts';
import type { Config } from '../config.ts';
import { takeConsole } from '../console.ts';
import { watchDatabase, type Watch } from '../db/watch.ts';
import { exitCodes, StartError } from '../exit.ts';
import type { Health } from '../http/health.ts';
import { slidingWindow, type Limiter } from '../http/sliding-window.ts';
import type { App } from '../http/types.ts';
import { openInstallation, type Installation } from '../installation.ts';
import type { Running } from '../jobs/run.ts';
import { makeLog } from '../log.ts';
import { prepareDatabase } from '../prepare.ts';
import { endOnSignal } from '../process.ts';
import { jobGraceMs, nightlyOf, startWorker } from '../worker.ts';
import { depsOf } from './deps.ts';
import { poolOf, replicaOf } from './pool.ts';
import { settings } from './settings.ts';

/** `serve`: listens at once, prepares the database meanwhile, and serves until a signal ends it. */
export async function serve({ demo = false }: { demo?: boolean }): Promise<void> {
  const { config, notes } = settings();
  const log = await makeLog(config.logLevel, config.logFormat);
  takeConsole(log);
  for (const note of notes) log.info(note);

  const health: Health = { phase: 'starting', database: 'down', redis: 'off' };
  const running: { installation?: Installation; watch?: Watch; jobs?: Running } = {};
  const db = poolOf(config, log, () => running.installation);
  const limiter = await makeLimiter(config, health);
  const replica = replicaOf(config, log);
  const deps = depsOf(config, { db, replica, log, health, limiter });
  const app = await buildApp(deps);
  const url = await listen(app, config).catch(async (error: unknown) => {
    limiter.close();
    await replica?.close();
    throw error;
  });

  const starting = new AbortController();
  const opening = openInstallation(config, log, 'serve', starting.signal);
  const close = async () => {
    await Promise.all([app.close(), running.jobs?.stop(jobGraceMs(config))]);
    await deps.statistics.close();
    await running.watch?.stop();
    limiter.close();
    await replica?.close();
    await db.close();
    // At a signal it may still be opening: then until that has given up.
    await opening.then(
      ({ stop }) => stop(),
      () => undefined,
    );
  };
  const { shutdownDelayMs: delayMs, shutdownTimeoutMs: timeoutMs } = config;
  endOnSignal({ health, log, delayMs, timeoutMs, starting, close });

  try {
    const { connection, direct } = (running.installation = await opening);
    await prepareDatabase(direct, log, starting.signal);
    if (demo) await (await import('../demo/account.ts')).makeDemo(db, log);
    if (starting.signal.aborted) return;
    running.watch = watchDatabase(connection, (isUp) => (health.database = isUp ? 'up' : 'down'));
    Object.assign(health, { phase: 'ready', database: 'up' });
    if (config.worker) running.jobs = startWorker(direct, { ...deps, nightly: nightlyOf(config) });
    const place = config.publicUrl ?? url;
    log.info(
      `Daymark is ready. Open ${place} in a browser; its API is at ${place}/api/v1, explained at ${place}/docs.`,
    );
  } catch (error) {
    if (starting.signal.aborted) return;
    await close();
    throw error;
  }
}

async function makeLimiter(
  { rateLimit, redisUrl }: Config,
  health: Health,
): Promise<Limiter & { close(): void }> {
  if (redisUrl === null) return { ...slidingWindow(rateLimit), close: () => undefined };
  health.redis = 'down';
  // Most have no Redis, and its client is a twelfth of a start.
  const { sharedWindow } = await import('../http/shared-window.ts');
  return sharedWindow(rateLimit, redisUrl, (state) => (health.redis = state));
}

/**
 * Connections that wait to be taken; the kernel may allow fewer. Beyond it one is dropped unheard, and its client asks again
 * after 1, 3, 7 s: with Node's 511 that was what a crowd waited for.
 */
const backlog = 4096;

async function listen(app: App, { host, port }: Config): Promise<string> {
  try {
    await app.listen({ host, port, backlog });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EADDRINUSE') {
      const hint = `stop the program that listens there, or set PORT to another number`;
      throw new StartError(`port ${port} of ${host} is taken; ${hint}`, exitCodes.failed);
    }
    throw new StartError(
      `cannot listen on port ${port} of ${host} (${code}); check HOST and PORT`,
      exitCodes.configuration,
    );
  }
  const address = app.server.address() as AddressInfo;
  const name = address.family === 'IPv6' ? `[${address.address}]` : address.address;
  return `http://${name}:${address.port}`;
}
