import { existsSync, readdirSync, readFileSync } from 'node:fs';
import ts from 'typescript';
import { describe, expect, test } from 'vitest';
import { pairsOf, violations } from './arrows.ts';

const root = new URL('../', import.meta.url);
const files = sources();

test('imports in src/ follow the arrows', () => {
  expect(files.size).toBeGreaterThan(20);
  expect(violations(files, pairsOf(architecture()))).toEqual([]);
});

test('the map in ARCHITECTURE.md has every folder of src/, and nothing that is not there', () => {
  const mapped = [...architecture().matchAll(/^[├└]── ([\w.-]+)/gm)].map(([, name = '']) => name);
  expect(mapped.filter((name) => !existsSync(new URL(`src/${name}`, root)))).toEqual([]);
  const folders = readdirSync(new URL('src/', root), { withFileTypes: true })
    .filter((each) => each.isDirectory())
    .map(({ name }) => name);
  const missing = folders.filter((name) => !mapped.includes(name) && !mapped.includes(`${name}.ts`));
  expect(missing).toEqual([]);
});

test('ARCHITECTURE.md lists no pair that is not used', () => {
  const pairs = [...pairsOf(architecture())];
  expect(pairs.length).toBeGreaterThan(0);
  const unused = pairs.filter((pair) => {
    const others = pairs.filter((other) => other !== pair);
    return violations(files, new Set(others)).length === 0;
  });
  expect(unused).toEqual([]);
});

describe('the checker', () => {
  test('accepts arrows that point down', () => {
    const files = {
      'main.ts': ['./app.ts', './cli/serve.ts', 'pg', 'node:fs'],
      'app.ts': ['./entries/routes.ts', './http/problem.ts', './log.ts'],
      'cli/serve.ts': ['../app.ts', '../config.ts'],
      'entries/routes.ts': ['./queries.ts', '../http/problem.ts', '../jobs/enqueue.ts', '../db/sql.ts'],
      'entries/queries.ts': ['../db/sql.ts'],
      'http/problem.ts': ['../db/errors.ts', '../log.ts'],
      'jobs/enqueue.ts': ['../db/sql.ts'],
      'db/embedded/start.ts': ['../../exit.ts', '../connect.ts'],
      'config/parse.ts': ['../exit.ts'],
    };
    expect(check(files)).toEqual([]);
  });

  test.each([
    ['a feature that imports the app', 'entries/routes.ts', '../app.ts'],
    ['the platform that imports a feature', 'http/problem.ts', '../entries/routes.ts'],
    ['the database that imports HTTP', 'db/errors.ts', '../http/problem.ts'],
    ['HTTP that imports jobs', 'http/health.ts', '../jobs/runner.ts'],
    ['jobs that import HTTP', 'jobs/runner.ts', '../http/problem.ts'],
    ['the configuration that imports the database', 'config.ts', './db/sql.ts'],
    ['a command reached from a feature', 'accounts/routes.ts', '../cli/serve.ts'],
  ])('refuses %s', (_, from, to) => {
    expect(check({ [from]: [to] })).toEqual([expect.stringContaining('against the arrows')]);
  });

  test('lets a feature import another only as listed, and in that direction', () => {
    const files = { 'transfer/import.ts': ['../entries/record.ts'] };
    expect(check(files)).toEqual([expect.stringContaining('does not list transfer -> entries')]);
    expect(check(files, ['transfer -> entries'])).toEqual([]);
    expect(check(files, ['entries -> transfer'])).toHaveLength(1);
  });

  test('finds cycles, also of a file with itself and among features', () => {
    const three = { 'http/a.ts': ['./b.ts'], 'http/b.ts': ['./c.ts'], 'http/c.ts': ['./a.ts'] };
    expect(check(three)).toEqual(['import cycle: http/a.ts -> http/b.ts -> http/c.ts -> http/a.ts']);
    expect(check({ 'log.ts': ['./log.ts'] })).toEqual(['import cycle: log.ts -> log.ts']);
    const diamond = { 'db/a.ts': ['./b.ts', './c.ts'], 'db/b.ts': ['./d.ts'], 'db/c.ts': ['./d.ts'] };
    expect(check(diamond)).toEqual([]);
  });

  test.each(['http/utils.ts', 'entries/helpers/day.ts', 'common/x.ts', 'db/index.ts', 'accounts/service.ts'])(
    'refuses the name %s',
    (file) => {
      expect(check({ [file]: [] })).toContainEqual(expect.stringContaining('does not say what it does'));
    },
  );

  test('refuses folders without a layer and imports from outside of src/', () => {
    expect(check({ 'misc/a.ts': [] })).toEqual([expect.stringContaining('has no layer')]);
    expect(check({ 'db/a.ts': ['../../test/app.ts'] })).toEqual([expect.stringContaining('outside of src/')]);
  });

  test('reads imports, re-exports, types and dynamic imports, but not comments', () => {
    const text = `
      import a from './a.ts'; import type { B } from './b.ts'; export * from './c.ts';
      const d = await import('./d.ts'); // import './not.ts'
      type E = import('./e.ts').E; import './f.ts';`;
    expect(importsOf(text)).toEqual(['./a.ts', './b.ts', './c.ts', './d.ts', './e.ts', './f.ts']);
  });

  test('reads the pairs of the fenced block only', () => {
    const text = 'x -> y\n```arrows\ntransfer -> entries\n  insights  -> entries\n```\n```\na -> b\n```\n';
    expect([...pairsOf(text)]).toEqual(['transfer -> entries', 'insights -> entries']);
  });
});

function check(files: Record<string, string[]>, pairs: string[] = []) {
  return violations(new Map(Object.entries(files)), new Set(pairs));
}

function sources(): Map<string, string[]> {
  const names = readdirSync(new URL('src/', root), { recursive: true, encoding: 'utf8' });
  const files = names.filter((name) => name.endsWith('.ts')).map((name) => name.replaceAll('\\', '/'));
  const read = (name: string) => readFileSync(new URL(`src/${name}`, root), 'utf8');
  return new Map(files.map((name) => [name, importsOf(read(name))]));
}

function importsOf(text: string): string[] {
  return ts.preProcessFile(text).importedFiles.map((file) => file.fileName);
}

function architecture(): string {
  return readFileSync(new URL('ARCHITECTURE.md', root), 'utf8');
}
