import type { Entry } from '../api/types.ts';
import type { Day } from '../look/days.ts';
import type { Pages } from './pages.svelte.ts';

/** For each entry that begins a day: that day, and its mean where the whole day is loaded and has a mood. */
export function headings(pages: Pages, isFiltered: boolean): Map<string, { day: Day; mean: number | null }> {
  const found = new Map<string, { day: Day; mean: number | null }>();
  const all = pages.blocks.flatMap((block) => block.entries);
  let first = 0;
  while (first < all.length) {
    const day = (all[first] as Entry).local_day;
    let next = first;
    while (all[next]?.local_day === day) next++;
    const isWhole = !isFiltered && (next < all.length || pages.cursor === null);
    found.set((all[first] as Entry).id, { day, mean: isWhole ? meanOf(all.slice(first, next)) : null });
    first = next;
  }
  return found;
}

function meanOf(entries: Entry[]): number | null {
  const moods = entries.flatMap(({ mood }) => (mood === null ? [] : [mood]));
  return moods.length === 0 ? null : moods.reduce((sum, mood) => sum + mood, 0) / moods.length;
}
