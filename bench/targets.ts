import { summaryOf, type Results, type Summary } from './report.ts';
import type { ScenarioName } from './scenarios.ts';

interface Target {
  what: string;
  atLeast?: number;
  atMost?: number;
  value: number | null;
}

/** The promises of the project about its speed, each with what was measured, in Markdown. */
export function targetsOf(results: Results, residentMiB: number): string {
  const rows = all(results, residentMiB)
    .filter(({ value }) => value !== null)
    .map(({ what, atLeast, atMost, value }) => {
      const limit = atLeast === undefined ? `≤ ${atMost}` : `≥ ${atLeast}`;
      const kept = (value as number) >= (atLeast ?? -Infinity) && (value as number) <= (atMost ?? Infinity);
      return `| ${what} | ${limit} | ${(value as number).toPrecision(3)} | ${kept ? 'kept' : '**missed**'} |`;
    });
  return ['| target | limit | measured | |', '| --- | --- | --- | --- |', ...rows].join('\n');
}

function all(results: Results, residentMiB: number): Target[] {
  const of = (name: ScenarioName, read: (summary: Summary) => number | null) => {
    const rounds = results[name];
    return rounds === undefined ? null : read(summaryOf(rounds));
  };
  const ratio = (name: ScenarioName) => of(name, (summary) => summary.ratio);
  const cpu = (name: ScenarioName) => of(name, (summary) => summary.cpu);
  const perSecond = (name: ScenarioName) => of(name, (summary) => summary.perSecond);
  const sameSql = (name: ScenarioName) =>
    of(name, (summary) => (summary.pgbenchCpu === null ? null : summary.postgresCpu / summary.pgbenchCpu));
  const quotient = (a: number | null, b: number | null) => (a === null || b === null ? null : a / b);
  return [
    { what: 'page 1 against the floor', atLeast: 0.85, value: ratio('page-1') },
    { what: 'one by id against the floor', atLeast: 0.8, value: ratio('by-id') },
    { what: 'mixed 90/10 against the floor', atLeast: 0.75, value: ratio('mixed') },
    { what: 'create against the floor', atLeast: 0.65, value: ratio('create') },
    { what: 'server CPU of page 1, ms', atMost: 0.1, value: cpu('page-1') },
    { what: 'server CPU of one by id, ms', atMost: 0.065, value: cpu('by-id') },
    { what: 'server CPU of create, ms', atMost: 0.11, value: cpu('create') },
    ...(['page-1', 'by-id', 'create', 'put', 'mixed', 'search'] as const).map((name) => ({
      what: `PostgreSQL CPU of ${name} against pgbench`,
      atMost: 1.3,
      value: sameSql(name),
    })),
    {
      what: 'time of page 5,000 against page 1',
      atMost: 1.2,
      value: quotient(perSecond('page-1-of-many'), perSecond('page-5000')),
    },
    {
      what: 'conditional list against page 1',
      atLeast: 3,
      value: quotient(perSecond('conditional'), perSecond('page-1')),
    },
    { what: 'search for two words, p95 ms', atMost: 100, value: of('search', (summary) => summary.p95) },
    { what: 'resident memory after the run, MiB', atMost: 150, value: residentMiB },
  ];
}
