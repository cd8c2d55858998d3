import { resolve } from 'node:path';
import { Wrong } from './errors.ts';

/** Reads the text of a variable; relative paths start at `cwd`. Throws Wrong. */
export type Parse<T> = (text: string, cwd: string) => T;

const wholeNumber = /^(0|[1-9]\d{0,15})$/;
const decimalNumber = /^(0|[1-9]\d{0,15})(\.\d{1,3})?$/;

/** A whole number in decimal digits. */
export function integer(least: number, most: number, name = 'whole number'): Parse<number> {
  return (text) => {
    const value = wholeNumber.test(text) ? Number(text) : NaN;
    if (value >= least && value <= most) return value;
    throw new Wrong(`is not a ${name} (${least} to ${most})`);
  };
}

/** Seconds with at most three decimals, at least `least`; gives milliseconds. */
export function milliseconds(least: number, most: number): Parse<number> {
  return (text) => Math.round(seconds(text, least, most) * 1000);
}

/** Seconds above 0, separated by commas. */
export function secondsList(most: number): Parse<readonly number[]> {
  return (text) => elements(text).map((element) => seconds(element, 0.001, most));
}

/** `true` or `false`. */
export function boolean(text: string): boolean {
  return choice('true', 'false')(text, '') === 'true';
}

/** One of these words, in lower case. */
export function choice<const T extends string>(...words: T[]): Parse<T> {
  return (text) => {
    const word = words.find((each) => each === text);
    if (word === undefined) throw new Wrong(`is not one of ${words.join(', ')}`);
    return word;
  };
}

/** Any text; the empty one counts as unset before it comes here. */
export function anyText(text: string): string {
  return text;
}

/** The path of a directory that may not exist yet, made absolute. */
export function directory(text: string, cwd: string): string {
  // A shell expands it, .env and compose files do not: the directory would be called "~".
  if (text.startsWith('~'))
    throw new Wrong('begins with "~", which is not expanded here; write the whole path');
  return resolve(cwd, text);
}

/** A key of 256 bits: 64 hex digits, or base64 or base64url of 32 bytes. */
export function key(text: string): Buffer {
  if (/^[0-9a-f]{64}$/i.test(text)) return Buffer.from(text, 'hex');
  if (/^[A-Za-z0-9+/]{43}=$|^[A-Za-z0-9_-]{43}=?$/.test(text)) return Buffer.from(text, 'base64');
  throw new Wrong(
    'is not 32 bytes in hex (64 digits) or base64 (44 characters); `openssl rand -hex 32` makes it',
  );
}

/** A token that fits in a header and is too long to guess. */
export function token(text: string): string {
  if (/^[\x21-\x7e]{16,512}$/.test(text)) return text;
  throw new Wrong('is not 16 to 512 printable ASCII characters without spaces');
}

/** The elements of a comma list, without the spaces around them. */
export function elements(text: string): string[] {
  const list = text.split(',').map((element) => element.trim());
  if (list.includes('')) throw new Wrong('has nothing between two commas or at an end');
  return list;
}

function seconds(text: string, least: number, most: number): number {
  const value = decimalNumber.test(text) ? Number(text) : NaN;
  if (value >= least && value <= most) return value;
  throw new Wrong(`is not a number of seconds (${least} to ${most}, at most three decimals)`);
}
