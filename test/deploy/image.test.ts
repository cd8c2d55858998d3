import { DockerfileParser, type Instruction } from 'dockerfile-ast';
import { validate } from 'dockerfile-utils';
import { expect, test } from 'vitest';
import { buildContext, isSent } from './context.ts';
import { read } from './files.ts';

const text = read('Dockerfile');
const dockerfile = DockerfileParser.parse(text);
const words = (instruction: Instruction) => instruction.getArguments().map((each) => each.getValue());
const all = (keyword: string) => dockerfile.getInstructions().filter((each) => each.getKeyword() === keyword);
const last = (keyword: string) => all(keyword).at(-1)!;

test('the Dockerfile has no finding of a linter', () => {
  expect(validate(text)).toEqual([]);
  expect(validate('FROM node\nCOPPY a b').length).toBeGreaterThan(0);
});

test('the last image runs as nobody, without a shell, and ends on SIGTERM', () => {
  expect(words(last('FROM'))[0]).toMatch(/^gcr\.io\/distroless\/nodejs\d+-debian\d+:nonroot$/);
  expect(words(last('USER'))).toEqual(['65532:65532']);
  expect(words(last('STOPSIGNAL'))).toEqual(['SIGTERM']);
  for (const keyword of ['ENTRYPOINT', 'CMD'])
    expect(JSON.parse(last(keyword).getArgumentsContent() ?? '')).toBeInstanceOf(Array);
  const after = last('FROM').getRange().start.line;
  expect(all('RUN').filter((each) => each.getRange().start.line > after)).toEqual([]);
});

test('every stage has the same Node.js, and one that CI tests', () => {
  const majors = all('FROM').map((each) => /node(?:js|:)(\d+)/.exec(words(each)[0]!)?.[1]);
  expect(new Set(majors).size).toBe(1);
  expect(read('.github/workflows/ci.yml')).toMatch(new RegExp(`node: \\[.*\\b${majors[0]}\\b.*\\]`));
});

test('the builder is sent what it builds from, and nothing else', () => {
  const context = buildContext();
  const folders = new Set(context.map((path) => path.replace(/\/.*/, path.includes('/') ? '/' : '')));
  expect([...folders].sort()).toEqual([
    'LICENSE',
    'assets/',
    'bin/',
    'migrations/',
    'package-lock.json',
    'package.json',
    'src/',
    'tsconfig.json',
    'web/',
  ]);
  const kept = ['.env', 'data/secret.key', 'node_modules/pg/package.json', 'dist/main.js', '.git/config'];
  for (const path of [...kept, 'web/.env', 'web/types/api.ts', 'src/debug.log', 'backup.zip', 'test/app.ts'])
    expect([path, isSent(path)]).toEqual([path, false]);
});
