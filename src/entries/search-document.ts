import { wordsOf } from './words.ts';

/** What of an entry can be searched. */
export interface SearchParts {
  text: string;
  category: string;
  tags: readonly string[];
}

/** Weights tell the parts apart, so that one of them can be replaced. */
const weights = { text: 'd', category: 'b', tags: 'a' } as const;
/**
 * Each part has its place among the positions, of which PostgreSQL keeps 16,383: one that is replaced moves no other, and a
 * text of 20,000 characters hardly ever has so many words.
 */
const places = { text: 1, category: 14_500, tags: 14_600 } as const;

/**
 * Parts of an entry as the text of a tsvector: their words with positions and weights, which PostgreSQL sorts, merges and
 * cuts to what a tsvector can hold. Parts, and tags, are kept apart by a gap, so that no phrase reaches from one into the
 * next.
 */
export function documentOf(parts: Partial<SearchParts>): string {
  let vector = '';
  let position: number = places.text;
  const add = (text: string, weight: string) => {
    // Words hold letters and digits only, so they need no escaping within the quotes.
    for (const word of wordsOf(text)) vector += `'${word}':${++position}${weight} `;
    position++;
  };
  if (parts.text !== undefined) add(parts.text, weights.text);
  position = places.category;
  if (parts.category !== undefined) add(parts.category, weights.category);
  position = places.tags;
  for (const tag of parts.tags ?? []) add(tag, weights.tags);
  return vector;
}

/** The weights of the parts that `changed` leaves as they are. */
export function keptWeights(changed: Partial<SearchParts>): string[] {
  return Object.entries(weights)
    .filter(([part]) => changed[part as keyof SearchParts] === undefined)
    .map(([, weight]) => weight);
}
