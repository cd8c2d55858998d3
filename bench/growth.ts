import { readFileSync } from 'node:fs';
import { Client } from 'pg';
import pino from 'pino';
import { migrateTo } from '../src/db/migrate.ts';
import { installQueue } from '../src/jobs/install.ts';
import { migrations } from '../src/migrations.ts';
import { startPostgres } from '../test/postgres.ts';
import { fill } from './fill.ts';
import { cpuOf, growthTable, type Bytes } from './growth/arithmetic.ts';
import { readOptions } from './options.ts';
import { makePeople } from './people.ts';

// What docs/scaling.md says of growth: bytes measured here on a filled database, CPU per request as RESULTS.md and
// INSIGHTS.md have it.
const people = makePeople(400);
const entriesPerUser = 500;

const { connection, stop } = await startPostgres();
try {
  const bytes = await measureBytes();
  console.log(bytesTable(bytes));
  const [results = '', insights = ''] = ['RESULTS.md', 'INSIGHTS.md'].map((file) =>
    readFileSync(new URL(file, import.meta.url), 'utf8'),
  );
  console.log(`\n${growthTable(bytes, cpuOf(results, insights))}`);
} finally {
  await stop();
}

async function measureBytes(): Promise<Bytes> {
  const client = new Client(connection);
  await client.connect();
  try {
    const log = pino({ level: 'silent' });
    await migrateTo({ connection, directory: migrations, target: 'latest', log });
    await installQueue(connection);
    const options = { ...readOptions([]), entriesPerUser, manyEntries: entriesPerUser };
    await fill(client, people, options);
    const { rows } = await client.query<{ part: string; bytes: number }>(
      `select relname::text as part, pg_relation_size(oid)::float8 as bytes from pg_class where relname like 'entries%'
       union all
       select 'entries out of line', pg_total_relation_size(reltoastrelid)::float8 from pg_class where oid = 'entries'::regclass
       union all
       select name, pg_total_relation_size(name::regclass)::float8 from unnest(array['users', 'journals', 'sessions']) name`,
    );
    const entries = people.length * entriesPerUser;
    const parts = rows.map(({ part, bytes }) => ({
      part,
      each: bytes / (part.startsWith('entries') ? entries : people.length),
      per: part.startsWith('entries') ? ('entry' as const) : ('person' as const),
    }));
    return { parts };
  } finally {
    await client.end();
  }
}

function bytesTable({ parts }: Bytes): string {
  const rows = parts.map(({ part, each, per }) => `| ${part} | ${each.toFixed(0)} | ${per} |`);
  return ['| part | bytes | for each |', '| --- | --- | --- |', ...rows].join('\n');
}
