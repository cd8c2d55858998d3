import type { AddressInfo } from 'node:net';
import { Client } from 'pg';
import { expect, onTestFinished, test } from 'vitest';
import { buildApp } from '../../src/app.ts';
import { connect } from '../../src/db/connect.ts';
import { logOnto } from '../../src/log.ts';
import { caller, testApp } from '../app.ts';
import { onServer } from '../database.ts';
import { requestsInFlight } from './in-flight.ts';

const { deps, person, database } = await testApp();

type Line = Record<string, unknown> & { msg: string };

/** A server whose log is kept, over a pool that writes into the same log. */
async function logged(level: string) {
  const lines: Line[] = [];
  const log = logOnto({ write: (line) => void lines.push(JSON.parse(line) as Line) }, level);
  const db = connect({
    connection: () => database.connection,
    poolSize: 2,
    prepare: true,
    statementTimeoutMs: 10_000,
    acquireTimeoutMs: 10_000,
    log,
  });
  const app = await buildApp({ ...deps, log, db });
  const close = () => app.close().then(() => db.close());
  return { app, lines, close };
}

const traceId = '4bf92f3577b34da6a3ce929d0e0e4736';
const traceparent = `00-${traceId}-00f067aa0ba902b7-01`;

test('a request is one line with its route, status, times, rows, user and trace', async () => {
  const { app, lines, close } = await logged('info');
  const anna = await person();
  const call = caller(app, anna.token);
  const headers = { traceparent, 'x-request-id': 'the-first' };
  expect((await call('POST', '/entries', { body: { text: 'hidden' }, headers })).status).toBe(201);
  await call('GET', '/entries/nothing', {
    headers: { traceparent: `00-${'0'.repeat(32)}-00f067aa0ba902b7-01` },
  });
  await close();
  const [first, second] = lines.filter(({ msg }) => msg === 'request');
  expect(first).toMatchObject({
    request_id: 'the-first',
    method: 'POST',
    route: '/api/v1/entries',
    status: 201,
    user_id: anna.id,
    rows: 1,
    trace_id: traceId,
    parent_id: '00f067aa0ba902b7',
  });
  expect(first?.['database_ms']).toBeGreaterThan(0);
  expect(first?.['duration_ms']).toBeGreaterThan(0);
  expect(second).not.toHaveProperty('trace_id');
  expect(JSON.stringify(lines)).not.toContain('hidden');
});

test('a client that goes away is no failure: its request is told as 499, and nothing as an error or a timeout', async () => {
  const { app, lines, close } = await logged('info');
  await app.listen({ host: '127.0.0.1', port: 0 });
  const { port } = app.server.address() as AddressInfo;
  const anna = await person();
  const blocker = new Client(database.connection);
  await blocker.connect();
  await blocker.query('begin');
  await blocker.query('lock table entries in access exclusive mode');
  const leaving = new AbortController();
  const headers = { authorization: `Bearer ${anna.token}` };
  const answer = fetch(`http://127.0.0.1:${port}/api/v1/entries`, { headers, signal: leaving.signal });
  await expect.poll(() => requestsInFlight(app)).toBe(1);
  leaving.abort();
  await expect(answer).rejects.toThrow();
  const told = () => lines.filter(({ route }) => route === '/api/v1/entries').map(({ status }) => status);
  await expect.poll(told).toEqual([499]);
  await blocker.query('rollback');
  await blocker.end();
  const { text } = await caller(app)('GET', '//metrics');
  await close();
  expect(lines.filter((line) => Number(line['level']) >= 40)).toEqual([]);
  expect(text).not.toContain('code="timeout"');
  expect(text).toMatch(/route="\/api\/v1\/entries",status="499"/);
});

test('at level debug each statement is a line of its request, without its values', async () => {
  const { app, lines, close } = await logged('debug');
  const anna = await person();
  const headers = { 'x-request-id': 'watched' };
  await caller(app, anna.token)('POST', '/entries', { body: { text: 'hidden' }, headers });
  await close();
  const statement = lines.find((line) => line['statement'] === 'create_entry');
  expect(statement).toMatchObject({ request_id: 'watched', rows: 1, msg: 'statement' });
  expect(statement?.['duration_ms']).toBeGreaterThan(0);
  expect(JSON.stringify(lines)).not.toContain('hidden');
});

test('the statements of a sampled trace carry it into PostgreSQL', async () => {
  const { app, close } = await logged('info');
  const anna = await person();
  const blocker = new Client(database.connection);
  await blocker.connect();
  await blocker.query('begin');
  await blocker.query('lock table entries in access exclusive mode');
  const answer = caller(app, anna.token)('GET', '/entries', { headers: { traceparent } });
  const traced = async () => {
    const rows = await onServer<{ query: string }>(
      `select query from pg_stat_activity where datname = '${database.name}' and wait_event_type = 'Lock'`,
    );
    return rows[0]?.query;
  };
  await expect.poll(traced).toContain(`/*traceparent='${traceparent}'*/`);
  await blocker.query('rollback');
  await blocker.end();
  expect((await answer).status).toBe(200);
  await close();
});

test('plans are shown to whoever develops, and to nobody else', async () => {
  const anna = await person();
  const developing = await buildApp({ ...deps, development: true });
  onTestFinished(() => developing.close());
  const { status, json } = await caller(developing, anna.token)('GET', '/entries?limit=3&explain=1');
  expect(status).toBe(200);
  const [list] = json.plans.filter(({ statement }: { statement: string }) => statement.startsWith('list'));
  expect(list.plan.join('\n')).toMatch(/Index .*entries/);
  expect((await anna.call('GET', '/entries?explain=1')).status).toBe(422);
  expect((await caller(developing, anna.token)('GET', '/me?explain=1')).status).toBe(422);
});
