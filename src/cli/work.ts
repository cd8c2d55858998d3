import { takeConsole } from '../console.ts';
import type { Health } from '../http/health.ts';
import { slidingWindow } from '../http/sliding-window.ts';
import { openInstallation, type Installation } from '../installation.ts';
import type { Running } from '../jobs/run.ts';
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
  takeConsole(log);
  for (const note of notes) log.info(note);

  const health: Health = { phase: 'starting', database: 'down', redis: 'off' };
  const running: { installation?: Installation; jobs?: Running } = {};
  const db = poolOf(config, log, () => running.installation);
  const deps = depsOf(config, { db, replica: null, log, health, limiter: slidingWindow(config.rateLimit) });

  const starting = new AbortController();
  const opening = openInstallation(config, log, 'command', starting.signal);
  const close = async () => {
    await running.jobs?.stop(jobGraceMs(config));
    await db.close();
    // At a signal it may still be opening: then until that has given up.
    await opening.then(
      ({ stop }) => stop(),
      () => undefined,
    );
  };
  endOnSignal({ health, log, delayMs: 0, timeoutMs: config.shutdownTimeoutMs, starting, close });

  try {
    const { direct } = (running.installation = await opening);
    await prepareDatabase(direct, log, starting.signal);
    if (starting.signal.aborted) return;
    running.jobs = startWorker(direct, { ...deps, nightly: nightlyOf(config) });
    log.info('Daymark runs background jobs.');
  } catch (error) {
    if (starting.signal.aborted) return;
    await close();
    throw error;
  }
}
