/** Work that is fetched and done until none is left. */
export interface Drain {
  /** Looks for more work at once. */
  wake(): void;
  /** Resolves when nothing is left and nothing in hand; rejects, once nothing is in hand, with what failed first. */
  done: Promise<void>;
}

/**
 * Fetches work with `claim`, does each piece with `work`, all of a batch at the same time, and looks for more whenever
 * one is finished or somebody wakes it: one slow piece holds up no other.
 */
export function drain<Piece>(
  claim: () => Promise<readonly Piece[]>,
  work: (piece: Piece) => Promise<void>,
): Drain {
  let inHand = 0;
  let woken = false;
  let failure: Error | null = null;
  let goOn: () => void = () => undefined;

  const wake = () => {
    woken = true;
    goOn();
  };
  const begin = (piece: Piece) => {
    inHand += 1;
    work(piece)
      .catch((error: unknown) => (failure ??= error as Error))
      .finally(() => {
        inHand -= 1;
        wake();
      });
  };
  const next = () =>
    new Promise<void>((resolve) => {
      goOn = resolve;
      if (woken) resolve();
    });

  async function run(): Promise<void> {
    for (;;) {
      woken = false;
      const pieces = failure === null ? await claimSafely() : [];
      pieces.forEach(begin);
      if (inHand === 0 && !isWoken()) break;
      await next();
    }
    if (failure !== null) throw failure;
  }

  async function claimSafely(): Promise<readonly Piece[]> {
    try {
      return await claim();
    } catch (error) {
      failure = error as Error;
      return [];
    }
  }

  /** A call, since the compiler does not know that others set it meanwhile. */
  function isWoken(): boolean {
    return woken;
  }

  return { wake, done: run() };
}
