import pino from 'pino';
import { beforeAll, expect, test, afterAll } from 'vitest';
import { connect, type Database } from '../../src/db/connect.ts';
import { many, one } from '../../src/db/sql.ts';
import { cloneDatabase, onServer, type TestDatabase } from '../database.ts';

let database: TestDatabase;
let db: Database;

beforeAll(async () => {
  database = await cloneDatabase();
  await onServer('create table lane (n integer primary key)', database.connection);
  await onServer('insert into lane select generate_series(1, 1000)', database.connection);
});

afterAll(() => database.drop());

const brief = { brief: 'row' } as const;
const whole = one<[n: number], { n: number; pid: number }>(
  'lane_whole',
  'select 1000 / $1::integer as n, pg_backend_pid() as pid',
  brief,
);
const upTo = many<[n: number], { n: number }>(
  'lane_up_to',
  'select n from lane where n <= $1 order by n',
  brief,
);

/** A database whose lane is open, and the backend of it. */
async function opened(): Promise<number> {
  const options = { poolSize: 8, prepare: true, statementTimeoutMs: 5000, acquireTimeoutMs: 5000 };
  db = connect({ ...options, connection: () => database.connection, log: pino({ level: 'silent' }) });
  // The first answers come from the pool, until the lane is there.
  let pid = 0;
  await expect
    .poll(async () => {
      const pids = (await Promise.all([whole(db, 1), whole(db, 1), whole(db, 1)])).map((row) => row.pid);
      pid = pids[0] as number;
      return new Set(pids).size;
    })
    .toBe(1);
  return pid;
}

test('many at once go over one connection, and each is told its own', async () => {
  const pid = await opened();
  const numbers = Array.from({ length: 300 }, (_, n) => n + 1);
  const answers = await Promise.all(
    numbers.flatMap((n) => [whole(db, n), upTo(db, n % 7).then((rows) => rows.map((row) => row.n))]),
  );
  expect(answers).toEqual(
    numbers.flatMap((n) => [{ n: Math.trunc(1000 / n), pid }, [1, 2, 3, 4, 5, 6].slice(0, n % 7)]),
  );
  await db.close();
});

test('one that fails fails as it does alone, and no other with it', async () => {
  await opened();
  const answers = await Promise.allSettled([4, 0, 5, 8, 0, 10].map((n) => whole(db, n)));
  expect(
    answers.map((each) =>
      each.status === 'fulfilled' ? each.value.n : (each.reason as { code: string }).code,
    ),
  ).toEqual([250, '22012', 200, 125, '22012', 100]);
  await db.close();
});

test('whatever ends the connection, what was asked is answered, and it opens again', async () => {
  const pid = await opened();
  const asked = Array.from({ length: 50 }, (_, n) => whole(db, n + 1));
  await onServer(`select pg_terminate_backend(${pid})`);
  expect((await Promise.all(asked)).map((row) => row.n)).toEqual(
    asked.map((_, n) => Math.trunc(1000 / (n + 1))),
  );
  await expect.poll(async () => (await whole(db, 1)).pid !== pid && (await whole(db, 1)).pid).toBeTruthy();
  await db.close();
});

test('one that waits for a lock does not keep the others', async () => {
  await opened();
  const holder = connect({
    ...{ poolSize: 1, prepare: true, statementTimeoutMs: 60_000, acquireTimeoutMs: 5000 },
    connection: () => database.connection,
    log: pino({ level: 'silent' }),
  });
  const order: string[] = [];
  await holder.transaction(async (sql) => {
    await sql.query({ name: 'lane_lock', text: 'lock table lane' }, []);
    void upTo(db, 2).then((rows) => order.push(`locked ${rows.length}`));
    const behind = whole(db, 1).then(() => order.push('behind'));
    await behind;
    expect(order).toEqual(['behind']);
  });
  await expect.poll(() => order).toEqual(['behind', 'locked 2']);
  await holder.close();
  await db.close();
});
