import type { Entry } from '../api/types.ts';
import type { Day } from '../look/days.ts';
import type { Pages } from './pages.svelte.ts';

/**
 * For each entry of a block that begins a day: that day, and its mean where the whole day is loaded and has a mood.
 * Looks no further than the days of that block go, so that it costs the same however much is loaded.
 */
export function headings(
  { blocks, cursor }: Pages,
  index: number,
  isFiltered: boolean,
): Map<string, { day: Day; mean: number | null }> {
  const found = new Map<string, { day: Day; mean: number | null }>();
  const entries = blocks[index]?.entries ?? [];
  let day = blocks[index - 1]?.entries.at(-1)?.local_day;
  for (const [at, entry] of entries.entries()) {
    if (entry.local_day === day) continue;
    day = entry.local_day;
    const { ofDay, isWhole } = rest(blocks, index, at);
    const isKnown = !isFiltered && (isWhole || cursor === null);
    found.set(entry.id, { day, mean: isKnown ? meanOf(ofDay) : null });
  }
  return found;
}

/** The entries of the day that begins with this one; `isWhole` where an older day follows them. */
function rest(blocks: Pages['blocks'], from: number, at: number): { ofDay: Entry[]; isWhole: boolean } {
  const ofDay: Entry[] = [];
  for (let index = from; index < blocks.length; index++) {
    for (const entry of blocks[index]?.entries.slice(index === from ? at : 0) ?? []) {
      if (ofDay[0] !== undefined && entry.local_day !== ofDay[0].local_day) return { ofDay, isWhole: true };
      ofDay.push(entry);
    }
  }
  return { ofDay, isWhole: false };
}

function meanOf(entries: Entry[]): number | null {
  const moods = entries.flatMap(({ mood }) => (mood === null ? [] : [mood]));
  return moods.length === 0 ? null : moods.reduce((sum, mood) => sum + mood, 0) / moods.length;
}
