import { execFile } from 'node:child_process';
import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { newEntry } from '../src/entries/members.ts';
import { pageStatement } from '../src/entries/list.ts';
import { createEntry, findEntry, findRevision, putEntry } from '../src/entries/queries.ts';
import { searchQuery } from '../src/entries/search-query.ts';
import { entryIdSql, userId, userIdSql } from './people.ts';
import type { PostgresServer } from './postgres-server.ts';
import { postgresCpuMs } from './proc.ts';
import type { ScenarioName } from './scenarios.ts';
import type { Members } from './texts.ts';

export interface PgbenchWorld {
  users: number;
  entriesPerUser: number;
  members: Members;
  pairs: string[];
  position: { at: string; id: string };
}

export interface Pgbench {
  /** CPU of PostgreSQL for one transaction of the scenario's own SQL, in milliseconds, and how many a second. */
  run(scenario: ScenarioName, seconds: number): Promise<{ perSecond: number; postgresCpu: number }>;
}

/** Where pgbench is: as told, in PATH, or where Debian puts it; null where it is not installed. */
export function findPgbench(told: string | undefined): string | null {
  if (told !== undefined) return told;
  const debian = '/usr/lib/postgresql';
  const versions = existsSync(debian) ? readdirSync(debian).sort().reverse() : [];
  const directories = [
    ...(process.env['PATH'] ?? '').split(delimiter),
    ...versions.map((v) => join(debian, v, 'bin')),
  ];
  return directories.map((each) => join(each, 'pgbench')).find((file) => existsSync(file)) ?? null;
}

/** Writes the statements of the scenarios as scripts of pgbench. */
export function preparePgbench(
  program: string,
  directory: string,
  postgres: PostgresServer,
  postmaster: number,
  world: PgbenchWorld,
): Pgbench {
  const scripts = scriptsOf(world);
  const fileOf = (name: string) => join(directory, `${name}.sql`);
  for (const [name, text] of Object.entries(scripts)) writeFileSync(fileOf(name), text);
  return {
    async run(scenario, seconds) {
      const files = filesOf(scenario, scripts).flatMap(([name, weight]) => [
        '-f',
        `${fileOf(name)}@${weight}`,
      ]);
      const mode = scenario === 'search' ? 'extended' : 'prepared';
      const args = [...addressOf(postgres), '-n', '-M', mode, '-c', '10', '-j', '1', '-T', String(seconds)];
      const before = postgresCpuMs(postmaster);
      const variables = Object.entries(variablesOf(world)).flatMap(([name, value]) => [
        '-D',
        `${name}=${value}`,
      ]);
      const { stdout } = await promisify(execFile)(program, [
        ...args,
        ...variables,
        ...files,
        postgres.connection.database,
      ]);
      const count = Number(/transactions actually processed: (\d+)/.exec(stdout)?.[1]);
      const perSecond = Number(/tps = ([\d.]+)/.exec(stdout)?.[1]);
      return { perSecond, postgresCpu: (postgresCpuMs(postmaster) - before) / count };
    },
  };
}

function filesOf(scenario: ScenarioName, scripts: Record<string, string>): [name: string, weight: number][] {
  if (scenario === 'mixed')
    return [
      ['create', 2],
      ['page-1', 9],
      ['by-id', 9],
    ];
  if (scenario === 'search')
    return Object.keys(scripts)
      .filter((name) => name.startsWith('search-'))
      .map((name) => [name, 1]);
  return [[scenario, 1]];
}

function scriptsOf({ users, entriesPerUser, pairs, position }: PgbenchWorld): Record<string, string> {
  const someone = `\\set user random(1, ${users})\n`;
  const some = `${someone}\\set entry random(1, ${entriesPerUser})\n`;
  const [user, entry] = [userIdSql(':user'), entryIdSql(':entry')];
  const many = `'${userId(users + 1)}'::uuid`;
  const members = [':text', ':mood', ':category', ':tags', ':measures', `'now'`, 'null', ':document'];
  const list = { trash: false, order: 'desc' } as const;
  const page = pageStatement('', list, null, 20).query.text;
  const scripts: Record<string, string> = {
    create: someone + script(createEntry.text, [user, ...members]),
    put: some + script(putEntry.text, [user, entry, ...members]),
    'page-1': someone + script(page, [user, ':limit']),
    'by-id': some + script(findEntry.text, [user, entry]),
    conditional: someone + script(findRevision.text, [user]),
    'page-1-of-many': script(page, [many, ':limit']),
    'page-5000': script(pageStatement('', list, position, 20).query.text, [many, ':limit', ':at', ':id']),
  };
  for (const [n, pair] of pairs.entries()) {
    const search = searchQuery(pair) as string;
    const { text } = pageStatement('', { ...list, search }, null, 20).query;
    scripts[`search-${n}`] = script(text, [many, ':limit', `$q$${search}$q$`]);
  }
  return scripts;
}

/** A statement with `values` in the places of its parameters. */
function script(text: string, values: string[]): string {
  // pgbench takes the `:MI` of a date's format for a variable, also within a string.
  const safe = text.replaceAll(/'([^']*):MI:SS([^']*)'/g, String.raw`E'$1\x3aMI\x3aSS$2'`);
  return `${safe.replaceAll(/\$(\d+)/g, (_, n: string) => values[Number(n) - 1] as string)};\n`;
}

function variablesOf({ members, position }: PgbenchWorld): Record<string, string> {
  const document = newEntry(members)[7];
  const { text, mood, category, tags, measures } = members;
  return {
    text,
    mood: String(mood ?? 5),
    category,
    tags: `{${tags.join(',')}}`,
    measures: JSON.stringify(measures),
    document,
    limit: '20',
    ...position,
  };
}

function addressOf({ connection: { host, port, user } }: PostgresServer): string[] {
  return ['-h', host, '-p', String(port ?? 5432), '-U', user];
}
