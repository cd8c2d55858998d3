import type { Pending } from '../offline/store.ts';
import { lets, type Filters } from './filters.ts';
import { withEntry, type Pages } from './pages.svelte.ts';

/** How many new entries that wait belong to the list and are in none of its blocks: older than all that is loaded. */
export function waitingBeside(pages: Pages, waiting: readonly Pending[], filters: Filters): number {
  if (filters.trash === true || filters.q !== undefined || pages.cursor === null) return 0;
  return waiting.filter(
    ({ id, kind, base, shown }) =>
      kind === 'put' &&
      base === null &&
      lets(filters, shown) &&
      !pages.blocks.some(({ entries }) => entries.some((each) => each.id === id)),
  ).length;
}

/** The same pages with what the server has not been told yet. Words are not looked for in it: the server's index does that. */
export function withWaiting(pages: Pages, waiting: readonly Pending[], filters: Filters): Pages {
  if (filters.trash === true || filters.q !== undefined) return pages;
  return waiting.reduce((known, { id, kind, base, shown }) => {
    const had = known.blocks.some(({ entries }) => entries.some((each) => each.id === id));
    const belongs = kind !== 'delete' && (had || base === null) && lets(filters, shown);
    return had || belongs ? withEntry(known, id, shown, belongs) : known;
  }, pages);
}
