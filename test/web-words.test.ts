import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse } from 'svelte/compiler';
import { expect, test } from 'vitest';
import { words } from '../web/src/words.ts';

const root = fileURLToPath(new URL('../web/src/', import.meta.url));
const files = readdirSync(root, { recursive: true, encoding: 'utf8' });
const components = files.filter((each) => each.endsWith('.svelte'));
const told = new Set(['aria-label', 'title', 'placeholder', 'alt', 'label', 'aria-description']);

interface Node {
  type?: string;
  name?: string;
  data?: string;
  value?: unknown;
}

/** Every text that a template holds itself, and every attribute that a person reads or hears; strings of expressions too. */
function textsOf(node: unknown, found: string[] = [], attribute: string | null = null): string[] {
  if (Array.isArray(node)) node.forEach((each) => textsOf(each, found, attribute));
  if (node === null || typeof node !== 'object' || Array.isArray(node)) return found;
  const { type, name, data, value } = node as Node;
  const isTold = attribute === null || told.has(attribute);
  if (type === 'Text' && isTold) found.push(data ?? '');
  if (type === 'Literal' && typeof value === 'string' && isTold) found.push(value);
  if (type === 'TemplateElement' && isTold) found.push((value as { raw: string }).raw);
  // What a comparison names is no word to be read.
  if (type === 'BinaryExpression') return found;
  const inside = type === 'Attribute' || type === 'StyleDirective' ? (name ?? '') : attribute;
  for (const each of Object.values(node)) textsOf(each, found, inside);
  return found;
}

test('every string that a template shows stands in words.ts and its folder, to be translated there', () => {
  expect(components.length).toBeGreaterThan(40);
  const strays = components.flatMap((name) => {
    const { fragment } = parse(readFileSync(join(root, name), 'utf8'), { modern: true });
    const texts = textsOf(fragment).filter((text) => /\p{L}{2}/u.test(text) && text !== 'https://');
    return texts.map((text) => `${name}: ${text.trim()}`);
  });
  expect(strays).toEqual([]);
});

test('every word that stands there is used', () => {
  const code = files
    .filter((each) => /\.(?:svelte|ts)$/.test(each) && !each.startsWith('words'))
    .map((each) => readFileSync(join(root, each), 'utf8'))
    .join('\n');
  const unused = Object.entries(words)
    // One that is chosen by a computed name may be any of its section.
    .filter(([section]) => !new RegExp(`words\\.${section}(?:\\[|\\)|;)`).test(code))
    .flatMap(([section, list]) => Object.keys(list).map((name) => `words.${section}.${name}`))
    .filter((path) => !new RegExp(`${path.replaceAll('.', '\\.')}\\b`).test(code));
  expect(unused).toEqual([]);
});
