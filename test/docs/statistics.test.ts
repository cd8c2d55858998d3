import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

/** The tables of a page whose first cell is `head`, each as its lines. */
function tablesOf(page: string, head: string): string[][] {
  const text = readFileSync(new URL(`../../${page}`, import.meta.url), 'utf8');
  return [...text.matchAll(/^\|.*(?:\n\|.*)*/gm)]
    .map(([table]) => table.split('\n'))
    .filter(([first = '']) => first.split('|')[1]?.trim() === head);
}

test.each([
  ['diary', 9],
  ['level of 200 days', 11],
])('docs/statistics.md tells of each %s what bench/STATISTICS.md has measured', (head, lines) => {
  const told = tablesOf('docs/statistics.md', head);
  expect(told).toHaveLength(1);
  expect(told[0]?.length).toBeGreaterThanOrEqual(lines);
  expect(told).toEqual(tablesOf('bench/STATISTICS.md', head));
});
