import { api } from '../api/client.ts';
import { keptEntries } from '../offline/month.ts';

/** One's own words, the latest first, to complete from. */
export const vocabulary = $state<{
  categories: string[];
  tags: string[];
  measures: { name: string; isYesNo: boolean }[];
}>({ categories: [], tags: [], measures: [] });

/** Asks the server; where it cannot be reached, what the latest month holds. */
export async function learnWords(): Promise<void> {
  const entries = await keptEntries();
  const values = new Map(entries.flatMap((entry) => Object.entries(entry.measures)));
  const [categories, tags, measures] = await Promise.all([
    api.GET('/api/v1/categories'),
    api.GET('/api/v1/tags'),
    api.GET('/api/v1/measures'),
  ]);
  const unique = (list: string[]) => [...new Set(list)];
  vocabulary.categories =
    categories.data === undefined
      ? unique(entries.map((each) => each.category))
      : latest(categories.data.categories);
  vocabulary.tags =
    tags.data === undefined ? unique(entries.flatMap((each) => each.tags)) : latest(tags.data.tags);
  const names = measures.data === undefined ? [...values.keys()] : latest(measures.data.measures);
  vocabulary.measures = names.map((name) => ({ name, isYesNo: typeof values.get(name) === 'boolean' }));
}

function latest(list: { name: string; last_at: string | null }[]): string[] {
  return [...list].sort((a, b) => ((a.last_at ?? '') < (b.last_at ?? '') ? 1 : -1)).map((each) => each.name);
}
