import { requestTimedOut } from '../http/errors.ts';

/** Work that several may wait for, and that ends early when none of them does any more. */
export interface SharedWork {
  /**
   * Waits for the work of this name, which is started if it is not under way. It is told to stop once the signals of all
   * who wait have been raised. 503 `timeout` for whoever's own was.
   */
  join(name: string, signal: AbortSignal, start: (stop: AbortSignal) => Promise<string>): Promise<string>;
}

interface Work {
  answer: Promise<string>;
  stop: AbortController;
  waiting: number;
}

/** Work by name; only what is under way is kept. */
export function sharedWork(): SharedWork {
  const underWay = new Map<string, Work>();

  const begin = (name: string, start: (stop: AbortSignal) => Promise<string>): Work => {
    const stop = new AbortController();
    const work: Work = { answer: start(stop.signal), stop, waiting: 0 };
    underWay.set(name, work);
    const forget = () => {
      if (underWay.get(name) === work) underWay.delete(name);
    };
    work.answer.then(forget, forget);
    return work;
  };

  return {
    join: (name, signal, start) =>
      new Promise((resolve, reject) => {
        const work = underWay.get(name) ?? begin(name, start);
        work.waiting++;
        const leave = () => {
          reject(requestTimedOut());
          if (--work.waiting > 0) return;
          // Whoever comes now begins anew.
          if (underWay.get(name) === work) underWay.delete(name);
          work.stop.abort();
        };
        signal.addEventListener('abort', leave, { once: true });
        const stay = () => signal.removeEventListener('abort', leave);
        work.answer.finally(stay).then(resolve, reject);
        if (signal.aborted) leave();
      }),
  };
}
