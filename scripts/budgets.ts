import { readdirSync, readFileSync } from 'node:fs';
import { functionLengths, lineCount, percentile, type Length } from './measure.ts';

// What keeps the source readable, held by CI. The limits stand in STYLE.md too.
const limits = {
  files: { median: 80, ninetieth: 200, longest: 300 },
  functions: { median: Infinity, ninetieth: 30, longest: 60 },
  testsPerSource: { least: 0.6, most: 1.6 },
};

const sources = [...read('src'), ...read('web/src'), ...read('web/worker')];
const files = sources.map(({ name, text }) => ({ name, lines: lineCount(text) }));
const functions = sources.filter(isTypeScript).flatMap(({ name, text }) => functionLengths(name, text));
const problems = [...check('files', files), ...check('functions', functions), ...checkTests()];

for (const problem of problems) console.error(problem);
process.exitCode = problems.length === 0 ? 0 : 1;

function check(what: 'files' | 'functions', lengths: Length[]): string[] {
  const { median, ninetieth, longest } = limits[what];
  const found = { median: percentile(lengths, 0.5), ninetieth: percentile(lengths, 0.9) };
  const tooLong = lengths.filter(({ lines }) => lines > longest);
  const label = `${String(lengths.length).padStart(5)} ${what.padEnd(9)}`;
  console.log(
    `${label} median ${found.median}, 90th percentile ${found.ninetieth}, longest ${percentile(lengths, 1)}`,
  );
  return [
    ...(found.median > median ? [`The median of ${what} is ${found.median} lines; at most ${median}.`] : []),
    ...(found.ninetieth > ninetieth ? [tail(what, lengths, found.ninetieth, ninetieth)] : []),
    ...tooLong.map(({ name, lines }) => `${name}: ${lines} lines; at most ${longest}.`),
  ];
}

function tail(what: string, lengths: Length[], found: number, limit: number): string {
  const offenders = lengths.filter(({ lines }) => lines > limit).sort((a, b) => b.lines - a.lines);
  const named = offenders.map(({ name, lines }) => `${name} (${lines})`).join(', ');
  return `More than one in ten ${what} exceeds ${limit} lines (90th percentile ${found}): ${named}.`;
}

function checkTests(): string[] {
  const { least, most } = limits.testsPerSource;
  const sum = (texts: { text: string }[]) => texts.reduce((total, { text }) => total + lineCount(text), 0);
  const [source, tests] = [sum(sources), sum(read('test'))];
  const ratio = tests / source;
  console.log(`${String(tests).padStart(5)} lines of tests for ${source} of source: ${ratio.toFixed(2)}`);
  if (ratio >= least && ratio <= most) return [];
  return [
    `The tests are ${ratio.toFixed(2)} times as long as the source; keep them between ${least} and ${most}.`,
  ];
}

function read(folder: string): { name: string; text: string }[] {
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) =>
    /\.(?:ts|svelte)$/.test(name),
  );
  return names.map((name) => ({
    name: `${folder}/${name}`,
    text: readFileSync(`${folder}/${name}`, 'utf8'),
  }));
}

/** The functions of a component are few and short; its length as a file is what counts. */
function isTypeScript({ name }: { name: string }): boolean {
  return name.endsWith('.ts');
}
