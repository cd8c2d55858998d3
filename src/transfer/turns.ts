import { Problem } from '../http/problem.ts';

/** Places for work that holds a connection for as long as somebody else likes. */
export interface Turns {
  /** A place; give it back by calling once what this resolves to. 503 where none becomes free in time. */
  take(): Promise<() => void>;
}

/** At most `places` at once; whoever finds none waits for `patienceMs`, first come, first served. */
export function turns(places: number, patienceMs: number): Turns {
  let taken = 0;
  const waiting = new Set<() => void>();
  const wait = () =>
    new Promise<void>((resolve, reject) => {
      const giveUp = setTimeout(() => {
        waiting.delete(turn);
        reject(tooMany());
      }, patienceMs);
      const turn = () => {
        clearTimeout(giveUp);
        resolve();
      };
      waiting.add(turn);
    });
  const giveBack = () => {
    const [next] = waiting;
    // The place is handed on, not given up: a newcomer cannot slip in between.
    if (next === undefined) taken--;
    else waiting.delete(next);
    next?.();
  };
  return {
    async take() {
      if (taken < places) taken++;
      else await wait();
      return giveBack;
    },
  };
}

function tooMany(): Problem {
  const headers = { 'retry-after': '10' };
  return new Problem(503, 'overloaded', 'Too many exports at once; try again in a moment.', { headers });
}
