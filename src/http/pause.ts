import { setTimeout as sleep } from 'node:timers/promises';

/** 50 clients that try again at once are thousands of refusals a second when answered at once, and 100 so. */
const pauseMs = 500;
/** Nobody may fill this process with requests that wait to be refused: the rest is refused at once. */
const mostPausing = 100;

/** Gives a pause to make before a refusal that would be tried again at once; none where many are in one already. */
export function pauses(): () => Promise<void> {
  let pausing = 0;
  return async () => {
    if (pausing >= mostPausing) return;
    pausing++;
    await sleep(pauseMs);
    pausing--;
  };
}
