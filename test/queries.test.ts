/// <reference types="vite/types/importMeta.d.ts" />
import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { allStatements } from '../src/cli/statements.ts';
import type { Statement } from '../src/db/sql.ts';
import { pageStatement, totalStatement, type Filters } from '../src/entries/list.ts';
import { deliveryProgress } from '../src/webhooks/delivery-queries.ts';
import { cloneDatabase, type TestDatabase } from './database.ts';
import { faultsOf, planOf } from './plans.ts';

/** Statements that may do what others may not, each for a reason. */
const allowed: Record<string, string[]> = {
  // Finds the owner of a token: the one look-up that cannot name them.
  find_sessions: ['reads sessions without its owner'],
  // Counted whole and shown by how often: there is nothing to keep in that order. Cached by revision.
  list_categories: ['sorts'],
  list_tags: ['sorts'],
  list_measures: ['sorts'],
  // Counted whole by day, which a small range may do in order. Cached by revision.
  insights_summary: ['sorts'],
  insights_series: ['sorts'],
  insights_calendar: ['sorts'],
  insights_effects: ['sorts'],
  insights_by_category: ['sorts'],
  insights_by_tag: ['sorts'],
  insights_by_weekday: ['sorts'],
  insights_by_hour: ['sorts'],
  insights_on_this_day: ['sorts'],
  // Made distinct by sorting, once per export.
  export_months: ['sorts'],
};

let database: TestDatabase;
let client: Client;
let owned: Set<string>;

beforeAll(async () => {
  database = await cloneDatabase();
  client = new Client(database.connection);
  await client.connect();
  const { rows } = await client.query<{ name: string }>(
    `select table_name::text as name from information_schema.columns where column_name = 'user_id' and table_schema = 'public'`,
  );
  owned = new Set(rows.map((row) => row.name));
});

afterAll(async () => {
  await client.end();
  await database.drop();
});

const modules = import.meta.glob<Record<string, unknown>>(['../src/*/*queries.ts', '../src/insights/*.ts'], {
  eager: true,
});
const statements = [
  ...Object.values(modules)
    .flatMap((module) => Object.values(module))
    .filter(isStatement),
  ...lists(),
];

test('there are statements, and no two share a name', () => {
  expect(statements.length).toBeGreaterThan(20);
  const names = statements.map((statement) => statement.name);
  expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([]);
  expect(names.filter((name) => name.length > 63)).toEqual([]);
});

test('the list that `distribute` goes through leaves out none but those that ask the catalogue', () => {
  const listed = new Set(allStatements().map(({ name }) => name));
  const missing = Object.entries(modules)
    .filter(([path]) => !/\/src\/(backup|doctor)\//.test(path))
    .flatMap(([, module]) => Object.values(module))
    .filter(isStatement)
    .filter(({ name }) => !listed.has(name));
  expect(missing.map(({ name }) => name)).toEqual([]);
});

describe('every statement is prepared, and its plan goes to its owner by an index', () => {
  test.each(statements.map((statement) => [statement.name, statement] as const))(
    '%s',
    async (name, { text }) => {
      const faults = faultsOf(await planOf(client, text), owned);
      const excused = allowed[name] ?? (name.startsWith('operator_') ? faults : []);
      expect(faults.filter((fault) => !excused.includes(fault))).toEqual([]);
    },
  );
});

test('the deliveries that a scrape of /metrics counts are found by indexes', async () => {
  const plan = await planOf(client, deliveryProgress.text, 'on');
  expect(plan.map((node) => node['Node Type'])).toContain('BitmapOr');
  expect(faultsOf(plan, owned)).not.toContain('reads all of deliveries');
});

describe('the checker finds', () => {
  test.each([
    ['a table read whole', 'select count(*) from users where name = $1', ['reads all of users']],
    [
      'an owned table without its owner',
      'select text from entries where id = $1',
      ['reads entries without its owner'],
    ],
    ['a sort', 'select id from entries where user_id = $1 and deleted_at is null order by mood', ['sorts']],
  ])('%s', async (_what, text, faults) => {
    const found = faultsOf(await planOf(client, text), owned);
    expect(found).toEqual(expect.arrayContaining(faults));
  });

  test('a column that does not exist', async () => {
    await expect(planOf(client, 'select nothing from entries')).rejects.toThrow(
      'column "nothing" does not exist',
    );
  });
});

function isStatement(value: unknown): value is Statement {
  return typeof value === 'function' && 'text' in value;
}

/** Every list that can be asked for by one filter, by none, and by all, in both orders, live and trashed. */
function lists(): Statement[] {
  const all: Omit<Filters, 'trash' | 'order'> = {
    fromDay: '2026-01-01',
    toDay: '2026-01-31',
    fromTime: '2026-01-01T00:00:00Z',
    toTime: '2026-02-01T00:00:00Z',
    category: 'work',
    tags: ['run'],
    moodMin: 3,
    moodMax: 8,
  };
  const narrowed = [{}, all, ...Object.entries(all).map(([name, value]) => ({ [name]: value }))];
  const position = { at: '2026-01-01T00:00:00Z', id: '00000000-0000-7000-8000-000000000000', rank: '0' };
  const found = narrowed.flatMap((filters) =>
    [true, false].flatMap((trash) => [
      totalStatement('', { ...filters, trash, order: 'desc' }).query,
      ...(['asc', 'desc'] as const).flatMap((order) =>
        [position, null].map((from) => pageStatement('', { ...filters, trash, order }, from, 20).query),
      ),
    ]),
  );
  return found;
}
