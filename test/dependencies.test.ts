import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

const read = (path: string) => readFileSync(new URL(`../${path}`, import.meta.url), 'utf8');
const sections = read('docs/dependencies.md').split('\n## ');
const named = JSON.parse(read('package.json')) as Record<string, Record<string, string>>;

test.each([
  ['In production', 'dependencies'],
  ['Optional', 'optionalDependencies'],
  ['For development', 'devDependencies'],
])('%s, docs/dependencies.md explains what package.json names, with the same versions', (title, member) => {
  const section = sections.find((each) => each.startsWith(title));
  const rows = [...(section ?? '').matchAll(/^\| `([^`]+)`\s+\| (\S+)\s+\| (.+?)\s+\|/gm)];
  expect(Object.fromEntries(rows.map(([, name, version]) => [name, version]))).toEqual(named[member]);
  for (const [, name, , reason] of rows) expect([name, reason!.length > 3]).toEqual([name, true]);
  // A range would let another version in than the one that was looked at.
  for (const version of Object.values(named[member]!)) expect(version).toMatch(/^\d+\.\d+\.\d+(-[\w.]+)?$/);
});
