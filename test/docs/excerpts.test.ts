import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { blocksOf } from './page.ts';

const head = /^(?:\/\/|--) (?:good: )?((?:src|test|migrations)\/[\w./-]+).*\n/;

test.each([
  ['docs/migrating.md', 9],
  ['STYLE.md', 4],
])('%s shows this program as it is', (page, least) => {
  const excerpts = excerptsOf(page);
  expect(excerpts.length).toBeGreaterThanOrEqual(least);
  for (const { file, text } of excerpts) {
    const source = readFileSync(new URL(`../../${file}`, import.meta.url), 'utf8');
    expect(plain(source), file).toContain(plain(text));
  }
});

/** The blocks of a page that name the file they are from, up to where one shows how it is not done. */
function excerptsOf(page: string): { file: string; text: string }[] {
  return blocksOf(`../${page}`).flatMap(({ code }) => {
    const [shown = ''] = code.split(/^\/\/ bad/m);
    const [first = '', file] = head.exec(shown) ?? [];
    return file === undefined ? [] : [{ file, text: shown.slice(first.length) }];
  });
}

/** Text without how it is set out. */
function plain(text: string): string {
  return text.replace(/\s+/g, ' ').trim();
}
