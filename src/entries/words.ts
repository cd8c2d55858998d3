import { spelled, unspaced } from './letters.ts';

const word = new RegExp(`${unspaced.source}|(?:(?!${unspaced.source})[\\p{L}\\p{N}])+`, 'gu');

const plainWord = /[a-z0-9]+/g;

// PostgreSQL's limit for a lexeme is 2,046 bytes; a word this long is no word.
const longestWord = 100;

/**
 * The words of a text, in order, whatever their case, accents and width: NFKD, marks taken off, lower case.
 * No stemming and no stop words: what was written is what is found.
 */
export function wordsOf(text: string): string[] {
  // Most diaries are plain ASCII in most lines; the rest costs ten times as much.
  // eslint-disable-next-line no-control-regex -- the ASCII range is meant
  const found = /^[\x00-\x7f]*$/.test(text) ? text.toLowerCase().match(plainWord) : fold(text).match(word);
  if (found === null) return [];
  for (let n = 0; n < found.length; n++) found[n] = kept(found[n] as string);
  return found;
}

function kept(word: string): string {
  return word.length > longestWord ? word.slice(0, longestWord).toWellFormed() : word;
}

function fold(text: string): string {
  return text
    .normalize('NFKD')
    .replaceAll(/\p{M}/gu, '')
    .toLowerCase()
    .replaceAll(/[ßæœøđðþłħı]/g, (letter) => spelled[letter] ?? letter);
}
