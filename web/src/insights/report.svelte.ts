import { hear } from '../app/channel.ts';
import { tell } from '../api/client.ts';

/**
 * A report that is asked for again when what `ask` reads changes, when many entries do, or when the server
 * answers again that did not. What was there stays
 * until the new one is, so that nothing jumps.
 */
export function report<Data>(ask: () => Promise<{ data?: Data; error?: unknown }>) {
  const found = $state<{ data: Data | null; problem: string | null }>({ data: null, problem: null });
  let round = 0;
  function load() {
    const mine = ++round;
    void ask().then(({ data, error }) => {
      if (mine !== round) return;
      if (data !== undefined) found.data = data;
      found.problem = data === undefined ? tell(error) : null;
    });
  }
  $effect(() => {
    load();
    return hear((news) => {
      if (news.what === 'many' || news.what === 'signed-in') load();
      if (news.what === 'reached' && found.problem !== null) load();
    });
  });
  return found;
}
