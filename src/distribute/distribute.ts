import type { Client, ClientConfig } from 'pg';
import { withLock } from '../db/migrate/lock.ts';
import { settle, withSession } from '../db/migrate/session.ts';
import type { Statement } from '../db/sql.ts';
import { exitCodes, StartError } from '../exit.ts';
import type { Log } from '../log.ts';
import { layout, placed } from './layout.ts';
import { stepsFor, type ForeignKey, type Steps } from './steps.ts';
import { refusedOf, type Refused } from './try-statements.ts';

export interface DistributeOptions {
  /** Past any transaction pooler, to the coordinator: the lock of the migrations belongs to a session. */
  connection: ClientConfig;
  log: Log;
  signal: AbortSignal;
  /** All that Daymark asks of these tables. */
  statements: readonly Statement[];
  /** Asked once what is to be done is known; throws where it is not wanted. */
  confirm: (steps: Steps) => Promise<void>;
  /** Told each statement before it runs. */
  onStep: (text: string) => void;
}

/**
 * Distributes the tables of an installation over the nodes of a Citus cluster, with what is in them. Before the change
 * counts, the server plans every statement of Daymark on the new tables; one that it refuses undoes everything.
 * Throws StartError. Gives false where the tables are distributed already.
 */
export function distribute(options: DistributeOptions): Promise<boolean> {
  const { connection, log, signal } = options;
  return withSession(connection, signal, (client) =>
    withLock(client, log, signal, async () => {
      await settle(client);
      await requireCitus(client);
      if (await isDistributed(client)) return false;
      const steps = stepsFor(await foreignKeysOf(client));
      await options.confirm(steps);
      await change(client, steps, options);
      for (const text of steps.clean) {
        options.onStep(text);
        await client.query(text);
      }
      return true;
    }),
  );
}

/** The statements that `distribute` would run on an installation, which need no Citus to be told. */
export function plannedSteps({
  connection,
  signal,
}: Pick<DistributeOptions, 'connection' | 'signal'>): Promise<Steps> {
  return withSession(connection, signal, async (client) => {
    await requireKnownTables(client);
    return stepsFor(await foreignKeysOf(client));
  });
}

async function change(client: Client, steps: Steps, options: DistributeOptions): Promise<void> {
  await client.query('begin');
  try {
    await requireKnownTables(client);
    for (const text of steps.change) {
      options.onStep(text);
      await client.query(text);
    }
    const refused = await refusedOf(client, options.statements);
    if (refused.length > 0) throw notServed(refused, options.statements.length);
    await client.query('commit');
  } catch (error) {
    await client.query('rollback').catch(() => undefined);
    throw error;
  }
}

async function requireCitus(client: Client): Promise<void> {
  const { rows } = await client.query(`select from pg_extension where extname = 'citus'`);
  if (rows.length > 0) return;
  throw new StartError(
    'the database has no extension citus; distribute an installation on the coordinator of a Citus cluster, after "create extension citus" there',
    exitCodes.failed,
  );
}

async function isDistributed(client: Client): Promise<boolean> {
  const { rows } = await client.query<{ name: string }>(
    `select table_name::text as name from citus_tables where table_name::text = any ($1)`,
    [placed('distributed')],
  );
  if (rows.length === 0) return false;
  if (rows.length === placed('distributed').length) return true;
  throw new StartError(
    `only some tables are distributed: ${rows.map(({ name }) => name).join(', ')}; undo that with undistribute_table() first`,
    exitCodes.failed,
  );
}

/** A table that nobody has thought of must not stay behind on one node. */
async function requireKnownTables(client: Client): Promise<void> {
  const { rows } = await client.query<{ name: string }>(
    `select c.relname::text as name from pg_class c
     where c.relnamespace = current_schema()::text::regnamespace and c.relkind in ('r', 'p')
       and not exists (select from pg_depend d
                       where d.classid = 'pg_class'::regclass and d.objid = c.oid and d.deptype = 'e')`,
  );
  const there = rows.map(({ name }) => name);
  const known = layout.map(({ table }) => table);
  const missing = known.filter((name) => !there.includes(name));
  if (missing.length > 0) {
    throw new StartError(
      `the database has no table ${missing.join(', ')}; run "daymark migrate up" first`,
      exitCodes.failed,
    );
  }
  const odd = there.filter((name) => !known.includes(name));
  if (odd.length > 0) {
    throw new StartError(
      `the schema holds tables that are not Daymark's: ${odd.join(', ')}; move them into a schema of their own`,
      exitCodes.failed,
    );
  }
}

async function foreignKeysOf(client: Client): Promise<ForeignKey[]> {
  const { rows } = await client.query<ForeignKey>(
    `select f.conrelid::regclass::text as relation, quote_ident(f.conname) as name,
            pg_get_constraintdef(f.oid) as definition
     from pg_constraint f join pg_class c on c.oid = f.conrelid
     where f.contype = 'f' and f.conparentid = 0 and c.relnamespace = current_schema()::text::regnamespace
     order by f.oid`,
  );
  return rows;
}

function notServed(refused: readonly Refused[], all: number): StartError {
  const lines = refused.map(({ name, says }) => `\n  ${name}: ${says}`).join('');
  return new StartError(
    `nothing was changed: on distributed tables this server refuses ${refused.length} of the ${all} statements of Daymark:${lines}`,
    exitCodes.failed,
  );
}
