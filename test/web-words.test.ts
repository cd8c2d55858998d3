import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse } from 'svelte/compiler';
import { expect, test } from 'vitest';

const root = fileURLToPath(new URL('../web/src/', import.meta.url));
const components = readdirSync(root, { recursive: true, encoding: 'utf8' }).filter((each) =>
  each.endsWith('.svelte'),
);
const told = new Set(['aria-label', 'title', 'placeholder', 'alt', 'label', 'aria-description']);

interface Node {
  type?: string;
  name?: string;
  data?: string;
}

/** Every text that a template holds itself, and every attribute that a person reads or hears. */
function textsOf(node: unknown, found: string[] = [], attribute: string | null = null): string[] {
  if (Array.isArray(node)) node.forEach((each) => textsOf(each, found, attribute));
  if (node === null || typeof node !== 'object' || Array.isArray(node)) return found;
  const { type, name, data } = node as Node;
  if (type === 'Text' && (attribute === null || told.has(attribute))) found.push(data ?? '');
  const inside = type === 'Attribute' ? (name ?? '') : attribute;
  for (const each of Object.values(node)) textsOf(each, found, inside);
  return found;
}

test('every string of the web app stands in words.ts and its folder, to be translated there', () => {
  expect(components.length).toBeGreaterThan(40);
  const strays = components.flatMap((name) => {
    const { fragment } = parse(readFileSync(join(root, name), 'utf8'), { modern: true });
    const texts = textsOf(fragment).filter((text) => /\p{L}{2}/u.test(text) && text !== 'https://');
    return texts.map((text) => `${name}: ${text.trim()}`);
  });
  expect(strays).toEqual([]);
});
