import { wordsOf } from './words.ts';

// Limits of PostgreSQL's tsvector (manual, section 12.11): later positions all count as the last.
const lastPosition = 16_383;
const mostPositionsOfWord = 255;

/** What of an entry can be searched. */
export interface SearchParts {
  text: string;
  category: string;
  tags: readonly string[];
}

/** Weights tell the parts apart, so that one of them can be replaced. */
const weights = { text: 'd', category: 'b', tags: 'a' } as const;

/**
 * Parts of an entry as the text of a tsvector: their words with positions and weights. Parts, and tags, are
 * kept apart by a gap, so that no phrase reaches from one into the next.
 */
export function documentOf(parts: Partial<SearchParts>): string {
  const positions = new Map<string, string>();
  let position = 1;
  const add = (text: string, weight: string) => {
    for (const word of wordsOf(text)) {
      position++;
      const known = positions.get(word);
      const at = `${Math.min(position, lastPosition)}${weight}`;
      if (known === undefined) positions.set(word, at);
      else if (hasRoom(known)) positions.set(word, `${known},${at}`);
    }
    position++;
  };
  if (parts.text !== undefined) add(parts.text, weights.text);
  if (parts.category !== undefined) add(parts.category, weights.category);
  for (const tag of parts.tags ?? []) add(tag, weights.tags);
  let vector = '';
  // Words hold letters and digits only, so they need no escaping within the quotes.
  for (const [word, at] of positions) vector += `'${word}':${at} `;
  return vector;
}

/** Whether positions, with commas between, are fewer than a word may have; the shortest is two characters long. */
function hasRoom(positions: string): boolean {
  return positions.length < 2 * mostPositionsOfWord || positions.split(',').length < mostPositionsOfWord;
}

/** The weights of the parts that `changed` leaves as they are. */
export function keptWeights(changed: Partial<SearchParts>): string[] {
  return Object.entries(weights)
    .filter(([part]) => changed[part as keyof SearchParts] === undefined)
    .map(([, weight]) => weight);
}
