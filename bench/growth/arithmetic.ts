import { assumptionRows, assumptions, sizes } from './assumptions.ts';

export interface Bytes {
  parts: { part: string; each: number; per: 'entry' | 'person' }[];
}

type Scenario = keyof typeof assumptions.perActiveDay;

/** Milliseconds of CPU that a request of each scenario costs the server and PostgreSQL. */
export type Cpu = Record<Scenario, { server: number; postgres: number }>;

/**
 * Reads the costs out of the tables of RESULTS.md and INSIGHTS.md; that of effects is nearly all the server's. Throws
 * where one is not there.
 */
export function cpuOf(results: string, insights: string): Cpu {
  const rows = rowsOf(results);
  const head = rows.find((cells) => cells[1] === 'scenario') ?? [];
  const cost = (name: string) => {
    const cells = rows.find((each) => each[1] === name);
    const at = (column: string) => Number(cells?.[head.indexOf(column)]);
    const found = { server: at('server CPU ms'), postgres: at('PostgreSQL CPU ms') };
    if (!(found.server > 0 && found.postgres > 0)) throw new Error(`RESULTS.md says nothing of ${name}`);
    return found;
  };
  const effects = { server: effectsMs(insights), postgres: 0 };
  const names = Object.keys(assumptions.perActiveDay).filter((name) => name !== 'effects');
  return { ...Object.fromEntries(names.map((name) => [name, cost(name)])), effects } as Cpu;
}

/** The first figures in the last column of the row on effects: seconds of several runs, or the least and the most. */
function effectsMs(insights: string): number {
  const seen = rowsOf(insights).find((cells) => cells[1]?.startsWith('effects, cold, CPU'))?.[3] ?? '';
  const [text, unit] =
    /^\d+(?:\.\d+)?(?:(?:,| and| to) \d+(?:\.\d+)?)* (m?s)\b/.exec(seen.replaceAll('*', '')) ?? [];
  if (text === undefined) throw new Error('INSIGHTS.md says nothing of the CPU of effects');
  const figures = text.match(/[\d.]+/g)?.map(Number) ?? [];
  return (figures.reduce((sum, each) => sum + each, 0) / figures.length) * (unit === 's' ? 1000 : 1);
}

function rowsOf(page: string): string[][] {
  return page.split('\n').map((line) => line.split('|').map((cell) => cell.trim()));
}

/** What so many people need. */
export function needsOf(people: number, bytes: Bytes, cpu: Cpu) {
  const a = assumptions;
  const active = people * a.activeShare;
  const entries = active * a.perActiveDay.create * 365 * a.years;
  const each = (per: 'entry' | 'person') =>
    bytes.parts.filter((part) => part.per === per).reduce((sum, part) => sum + part.each, 0);
  const size = (entries * each('entry') * (1 + a.besides) + people * each('person')) * a.slack;
  const scenarios = Object.entries(a.perActiveDay) as [Scenario, number][];
  const perSecond = (n: number) => (active * n * a.peak) / 86_400;
  const cores = (of: 'server' | 'postgres') =>
    scenarios.reduce((sum, [name, n]) => sum + perSecond(n) * cpu[name][of], 0) / 1000 / a.utilisation;
  // One falls out and the others go on.
  const processes = Math.max(2, Math.ceil(cores('server')) + 1);
  const byBytes = size / a.bytesPerDatabaseNode;
  const byCores = cores('postgres') / a.coresPerDatabaseNode;
  const nodes = Math.max(1, Math.ceil(Math.max(byBytes, byCores)));
  return {
    entries,
    size,
    requests: scenarios.reduce((sum, [, n]) => sum + perSecond(n), 0),
    writes: perSecond(a.perActiveDay.create),
    serverCores: cores('server'),
    postgresCores: cores('postgres'),
    processes,
    connections: processes * a.connectionsPerProcess,
    nodes,
    machines: nodes * a.copies,
  };
}

/** Assumptions and needs as two tables in Markdown. */
export function growthTable(bytes: Bytes, cpu: Cpu): string {
  const all = sizes.map((people) => needsOf(people, bytes, cpu));
  const row = (what: string, read: (needs: ReturnType<typeof needsOf>) => string) =>
    `| ${[what, ...all.map(read)].join(' | ')} |`;
  return [
    ...[
      '| assumed | |',
      '| --- | --- |',
      ...assumptionRows().map(([what, value]) => `| ${what} | ${value} |`),
      '',
    ],
    `| accounts | ${sizes.map(short).join(' | ')} |`,
    `| --- |${' --- |'.repeat(sizes.length)}`,
    row('rows of entries', ({ entries }) => short(entries)),
    row('bytes, with indexes', ({ size }) => `${short(size)}B`),
    row('requests per second, busiest', ({ requests }) => short(requests)),
    row('of these, entries written', ({ writes }) => short(writes)),
    row('cores of the server', ({ serverCores }) => serverCores.toFixed(serverCores < 10 ? 2 : 0)),
    row('cores of PostgreSQL', ({ postgresCores }) => postgresCores.toFixed(postgresCores < 10 ? 2 : 0)),
    row('processes that serve', ({ processes }) => String(processes)),
    row('their connections', ({ connections }) => String(connections)),
    row('database nodes', ({ nodes }) => String(nodes)),
    row('machines for them', ({ machines }) => String(machines)),
  ].join('\n');
}

/** Three figures with a letter for the thousands: 1.25 G. */
function short(n: number): string {
  const steps = ['', ' k', ' M', ' G', ' T', ' P'];
  const step = n < 1 ? 0 : Math.min(steps.length - 1, Math.floor(Math.log10(n) / 3));
  const value = n / 1000 ** step;
  return `${Number(value.toPrecision(3))}${steps[step] || ' '}`.trimEnd();
}
