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
  const positions = new Map<string, string[]>();
  let position = 1;
  for (const [part, weight] of Object.entries(weights)) {
    for (const text of [parts[part as keyof SearchParts] ?? []].flat()) {
      for (const word of wordsOf(text)) {
        position++;
        const known = positions.get(word);
        const at = `${Math.min(position, lastPosition)}${weight}`;
        if (known === undefined) positions.set(word, [at]);
        else if (known.length < mostPositionsOfWord) known.push(at);
      }
      position++;
    }
  }
  let vector = '';
  // Words hold letters and digits only, so they need no escaping within the quotes.
  for (const [word, at] of positions) vector += `'${word}':${at.join(',')} `;
  return vector;
}

/** The weights of the parts that `changed` leaves as they are. */
export function keptWeights(changed: Partial<SearchParts>): string[] {
  return Object.entries(weights)
    .filter(([part]) => changed[part as keyof SearchParts] === undefined)
    .map(([, weight]) => weight);
}
