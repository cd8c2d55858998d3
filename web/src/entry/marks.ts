import type { Entry } from '../api/types.ts';
import { spelled, unspaced } from '../../../src/entries/letters.ts';

/** A text in pieces, those marked that a search for `typed` found: as the server matches, whatever the case and accents. */
export function marksOf(text: string, typed: string): { text: string; isMarked: boolean }[] {
  const pattern = patternOf(typed);
  if (pattern === null) return [{ text, isMarked: false }];
  const { folded, origin } = foldWithOrigin(text);
  const pieces: { text: string; isMarked: boolean }[] = [];
  let end = 0;
  for (const match of folded.matchAll(pattern)) {
    const [from, to] = [origin[match.index] ?? 0, origin[match.index + match[0].length] ?? text.length];
    if (from < end) continue;
    if (from > end) pieces.push({ text: text.slice(end, from), isMarked: false });
    pieces.push({ text: text.slice(from, to), isMarked: true });
    end = to;
  }
  return end < text.length ? [...pieces, { text: text.slice(end), isMarked: false }] : pieces;
}

/** Whether the server would find an entry by what was typed: all words of one of the alternatives between `or`, none of `-word`. */
export function isFound(
  { text, category, tags }: Pick<Entry, 'text' | 'category' | 'tags'>,
  typed: string,
): boolean {
  const parts = [text, category, ...tags].map(foldText);
  const has = ({ pattern }: Term) => parts.some((part) => new RegExp(pattern, 'u').test(part));
  const alternatives = alternativesOf(typed);
  if (alternatives.length === 0) return true;
  return alternatives.some((terms) => terms.every((term) => has(term) !== term.isNot));
}

/** What was typed, as one expression over folded text; what must not be there is not looked for. */
function patternOf(typed: string): RegExp | null {
  const sought = alternativesOf(typed)
    .flat()
    .filter(({ isNot }) => !isNot);
  return sought.length === 0 ? null : new RegExp(sought.map(({ pattern }) => pattern).join('|'), 'gu');
}

interface Term {
  /** An expression over folded text. */
  pattern: string;
  isNot: boolean;
}

/** What was typed, read as the server reads it: alternatives, each of words and phrases. */
function alternativesOf(typed: string): Term[][] {
  const alternatives: Term[][] = [[]];
  for (const [, minus, phrase, plain] of typed.matchAll(/(-?)(?:"([^"]*)(?:"|$)|([^\s"]+))/gu)) {
    if (minus === '' && plain?.toLowerCase() === 'or') {
      alternatives.push([]);
      continue;
    }
    const words = foldText(phrase ?? plain ?? '').match(/[\p{L}\p{N}]+/gu);
    if (words === null) continue;
    const joined = words.join('[^\\p{L}\\p{N}]+');
    const pattern = unspaced.test(joined) ? joined : `(?<![\\p{L}\\p{N}])${joined}(?![\\p{L}\\p{N}])`;
    alternatives.at(-1)?.push({ pattern, isNot: minus !== '' });
  }
  return alternatives.filter((terms) => terms.length > 0);
}

function foldText(text: string): string {
  return foldWithOrigin(text).folded;
}

/** The folded text, and for each of its units where in the text it came from. */
function foldWithOrigin(text: string): { folded: string; origin: number[] } {
  let folded = '';
  const origin: number[] = [];
  let index = 0;
  for (const letter of text) {
    const plain = letter.normalize('NFKD').replaceAll(/\p{M}/gu, '').toLowerCase();
    const units = spelled[plain] ?? plain;
    for (let unit = 0; unit < units.length; unit++) origin.push(index);
    folded += units;
    index += letter.length;
  }
  origin.push(text.length);
  return { folded, origin };
}
