import { readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { Pool, types, type ClientConfig } from 'pg';
import { newEntry, type EntryInput } from '../../src/entries/members.ts';
import { pageStatement, type Filters, type Page, type Position } from '../../src/entries/list.ts';
import { createEntry, findEntry, findRevision, putEntry, type EntryRow } from '../../src/entries/queries.ts';
import { searchQuery } from '../../src/entries/search-query.ts';
import { revisionTag } from '../../src/http/conditional.ts';
import type { Statement } from '../../src/db/sql.ts';
import type { Person } from '../people.ts';

// The floor under the server: node:http, pg, the same statements, and nothing else. No log, no limits, no
// validation, no errors: what the server costs above it is the price of its features.

const people = JSON.parse(readFileSync(process.env['PEOPLE'] as string, 'utf8')) as Person[];
const users = new Map(people.map(({ id, token }) => [`Bearer ${token}`, id]));
const pool = new Pool({ ...(JSON.parse(process.env['POSTGRES'] as string) as ClientConfig), max: 10 });
// Cursors carry the time as PostgreSQL writes it.
types.setTypeParser(types.builtins.TIMESTAMPTZ, String);

const server = createServer((request, response) => {
  answer(request, response).catch((error: unknown) => {
    console.error(error);
    response.writeHead(500).end();
  });
});
server.keepAliveTimeout = 60_000;
server.listen(Number(process.env['PORT']), '127.0.0.1');
process.once('SIGTERM', () => process.exit(0));

async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { status, json } = await find(request, request.url as string);
  if (json === null) {
    response.writeHead(status).end();
    return;
  }
  response.writeHead(status, {
    'content-type': 'application/json; charset=utf-8',
    'content-length': Buffer.byteLength(json),
  });
  response.end(json);
}

interface Found {
  status: number;
  json: string | null;
}

async function find(request: IncomingMessage, url: string): Promise<Found> {
  if (url === '/readyz') return { status: 200, json: '{}' };
  const user = users.get(request.headers.authorization as string) as string;
  if (request.method === 'POST') {
    const row = await first<EntryRow>(createEntry, [user, ...newEntry(await bodyOf(request))]);
    return { status: 201, json: row.entry };
  }
  const id = /^\/api\/v1\/entries\/(.+)$/.exec(url)?.[1];
  if (request.method === 'PUT') {
    const row = await first<EntryRow>(putEntry, [user, id, ...newEntry(await bodyOf(request))]);
    return { status: 200, json: row.entry };
  }
  if (id !== undefined) return { status: 200, json: (await first<EntryRow>(findEntry, [user, id])).entry };
  const known = request.headers['if-none-match'];
  if (known !== undefined) {
    const { revision } = await first<Revision>(findRevision, [user]);
    if (known === revisionTag(user, revision)) return { status: 304, json: null };
  }
  return { status: 200, json: await list(user, url) };
}

interface Revision {
  revision: string;
}

async function list(user: string, url: string): Promise<string> {
  const query = new URLSearchParams(url.split('?')[1] ?? '');
  const filters: Filters = {
    trash: false,
    order: 'desc',
    search: searchQuery(query.get('q') ?? '') ?? undefined,
  };
  const [at, id] = [query.get('at'), query.get('id')];
  const position: Position | null = at === null || id === null ? null : { at, id };
  const { query: statement, values } = pageStatement(user, filters, position, 20);
  const page = await first<Page>(statement, values);
  return `{"entries":${page.entries},"next_cursor":${page.more ? `"${page.last_at} ${page.last_id}"` : 'null'}}`;
}

async function first<Row>({ name, text, unnamed }: Statement, values: unknown[]): Promise<Row> {
  const query = unnamed === true ? { text, values } : { name, text, values };
  return (await pool.query(query)).rows[0] as Row;
}

async function bodyOf(request: IncomingMessage): Promise<EntryInput> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  return JSON.parse(Buffer.concat(parts).toString()) as EntryInput;
}
