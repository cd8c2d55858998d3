import type { Health } from '../http/health.ts';
import { slidingWindow } from '../http/sliding-window.ts';
import { openInstallation } from '../installation.ts';
import { makeLog } from '../log.ts';
import { prepareDatabase } from '../prepare.ts';
import { endOnSignal } from '../process.ts';
import { jobGraceMs, nightlyOf, startWorker } from '../worker.ts';
import { depsOf } from './deps.ts';
import { poolOf } from './pool.ts';
import { settings } from './settings.ts';

/** `work`: runs background jobs, and nothing else, until a signal ends it. */
export async function work(): Promise<void> {
  const { config, notes } = settings();
  const log = await makeLog(config.logLevel, config.logFormat);
  for (const note of notes) log.info(note);

  const starting = new AbortController();
  const installation = await openInstallation(config, log, 'command', starting.signal);
  const db = poolOf(config, log, () => installation.connection);
  const health: Health = { phase: 'starting', database: 'down', redis: 'off' };
  const deps = depsOf(config, { db, replica: null, log, health, limiter: slidingWindow(config.rateLimit) });
  const prepared = prepareDatabase(installation.direct, log, starting.signal);
  const jobs = prepared.then(() =>
    starting.signal.aborted
      ? undefined
      : startWorker(installation.direct, { ...deps, nightly: nightlyOf(config) }),
  );
  const close = async () => {
    await (await jobs.catch(() => undefined))?.stop(jobGraceMs(config));
    await db.close();
    await installation.stop();
  };
  endOnSignal({ health, log, delayMs: 0, timeoutMs: config.shutdownTimeoutMs, starting, close });
  try {
    if ((await jobs) !== undefined) log.info('Daymark runs background jobs.');
  } catch (error) {
    await close();
    throw error;
  }
}
