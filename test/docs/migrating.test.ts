import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { blocksOf } from './page.ts';

const excerpts = blocksOf('migrating.md').flatMap(({ code }) => {
  const [, file] = /^(?:\/\/|--) ((?:src|test|migrations)\/\S+)\n/.exec(code) ?? [];
  return file === undefined ? [] : [{ file, lines: code.trimEnd().split('\n').slice(1) }];
});

test('docs/migrating.md shows this program as it is', () => {
  expect(excerpts.length).toBeGreaterThan(8);
  for (const { file, lines } of excerpts) {
    const source = readFileSync(new URL(`../../${file}`, import.meta.url), 'utf8');
    expect(plain(source), file).toContain(plain(lines.join('\n')));
  }
});

/** Text without how it is set out. */
function plain(text: string): string {
  return text.replace(/\s+/g, ' ').trim();
}
