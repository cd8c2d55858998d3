import { wordsOf } from './words.ts';

/**
 * Reads what a person typed into a search field as the text of a tsquery: words that must all be there,
 * "phrases", `-` before what must not be, `or` between alternatives. Anything can be typed; null where
 * there is no word in it. The words are those of `documentOf`.
 */
export function searchQuery(typed: string): string | null {
  const alternatives: string[][] = [[]];
  for (const [, minus, phrase, plain] of typed.matchAll(/(-?)(?:"([^"]*)(?:"|$)|([^\s"]+))/gu)) {
    if (minus === '' && plain?.toLowerCase() === 'or') {
      alternatives.push([]);
      continue;
    }
    const words = wordsOf(phrase ?? plain ?? '');
    if (words.length === 0) continue;
    alternatives.at(-1)?.push(`${minus === '' ? '' : '!'}(${words.map((word) => `'${word}'`).join('<->')})`);
  }
  const query = alternatives.filter((terms) => terms.length > 0).map((terms) => terms.join('&'));
  return query.length === 0 ? null : query.map((terms) => `(${terms})`).join('|');
}
