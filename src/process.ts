import { setTimeout as sleep } from 'node:timers/promises';
import { exitCodes } from './exit.ts';
import type { Health } from './http/health.ts';
import type { Log } from './log.ts';

export interface Life {
  health: Health;
  log: Log;
  /** How long to go on serving after the signal, for load balancers to notice; then how long to finish. */
  delayMs: number;
  timeoutMs: number;
  /** Aborted at the signal, for what is still starting. */
  starting: AbortController;
  /** Ends everything in order; resolves when nothing is left. */
  close: () => Promise<void>;
}

/** At Ctrl-C both the terminal and npm send the signal: what comes so soon after the first is no second one. */
const oneSignalMs = 200;

/**
 * Ends the process in order at SIGTERM, SIGINT or SIGHUP: unready at once, serving on for a while, then closing.
 * Exit 0; 1 where that takes too long or a second signal comes.
 */
export function endOnSignal(life: Life): void {
  let since: number | null = null;
  const onSignal = (signal: NodeJS.Signals) => {
    if (since !== null && performance.now() - since < oneSignalMs) return;
    if (since !== null) process.exit(exitCodes.failed);
    since = performance.now();
    life.log.info({ signal }, 'shutting down');
    void end(life);
  };
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, onSignal);
}

async function end({ health, log, delayMs, timeoutMs, starting, close }: Life): Promise<void> {
  const wasReady = health.phase === 'ready';
  health.phase = 'draining';
  starting.abort();
  if (wasReady) await sleep(delayMs);
  setTimeout(() => {
    log.error('shutting down took too long; ending with work in hand');
    process.exit(exitCodes.failed);
  }, timeoutMs);
  try {
    await close();
    log.info('ended');
    process.exit(exitCodes.done);
  } catch (error) {
    log.error({ err: error }, 'shutting down failed');
    process.exit(exitCodes.failed);
  }
}
