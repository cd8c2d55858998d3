import { Client, type ClientConfig } from 'pg';
import { exitCodes, StartError } from '../../exit.ts';

/** Our use of a running PostgreSQL: a connection of its own that holds advisory locks, and ends when it dies. */
export interface Hold {
  client: Client;
  /** Resolves when the connection is gone. */
  lost: Promise<void>;
}

/** What an attempt to use a PostgreSQL came to. */
export type Attempt =
  | { kind: 'held'; hold: Hold }
  /** Nothing listens. */
  | { kind: 'absent' }
  /** It starts, recovers or ends. */
  | { kind: 'busy'; reason: string }
  /** Another process serves; its id as it knows itself, if it told. */
  | { kind: 'served'; by: string };

// The first number is "Daym" in ASCII. Everybody who uses PostgreSQL shares the lock `use`, and who is to end
// it needs that alone; `serve` belongs to the one process that serves.
const family = 0x4461796d;
const locks = { use: `${family}, 1`, serve: `${family}, 2` };

// Ample for a process on this machine: one that does not answer is stopped or has no turn.
const patienceMs = 5000;

/** Connects and takes the locks for `purpose`. Throws StartError where PostgreSQL does not let us in. */
export async function tryHold(connection: ClientConfig, purpose: 'serve' | 'command'): Promise<Attempt> {
  const client = new Client({
    ...connection,
    application_name: `daymark-${purpose} ${process.pid}`,
    connectionTimeoutMillis: patienceMs,
    keepAlive: true,
  });
  // Without a listener the end of PostgreSQL would end this process.
  client.on('error', () => undefined);
  const lost = new Promise<void>((resolve) => client.once('end', () => resolve()));
  try {
    await client.connect();
    const refused = await takeLocks(client, purpose);
    if (refused === null) return { kind: 'held', hold: { client, lost } };
    await client.end();
    return refused;
  } catch (error) {
    void client.end().catch(() => undefined);
    return whatItMeans(error);
  }
}

/**
 * Gives the locks back. True where nobody else uses PostgreSQL: it is then kept from everybody until `client`
 * ends, so that it can be ended. Of several who leave at once the last one gets true.
 */
export async function isLastToLeave({ client }: Hold): Promise<boolean> {
  try {
    await client.query('select pg_advisory_unlock_all()');
    return await ask(client, `pg_try_advisory_lock(${locks.use})`);
  } catch {
    return false;
  }
}

/** `serve` comes first: who is refused it must not look like a user to the process that is just leaving. */
async function takeLocks(client: Client, purpose: 'serve' | 'command'): Promise<Attempt | null> {
  if (purpose === 'serve' && !(await ask(client, `pg_try_advisory_lock(${locks.serve})`))) {
    return { kind: 'served', by: await server(client) };
  }
  const isFree = await ask(client, `pg_try_advisory_lock_shared(${locks.use})`);
  return isFree ? null : { kind: 'busy', reason: 'it is ending' };
}

async function server(client: Client): Promise<string> {
  const { rows } = await client.query<{ name: string }>(
    `select application_name as name from pg_locks join pg_stat_activity using (pid)
      where locktype = 'advisory' and (classid, objid, objsubid) = (${locks.serve}, 2) and granted`,
  );
  return rows[0]?.name.split(' ')[1] ?? 'unknown';
}

async function ask(client: Client, expression: string): Promise<boolean> {
  const { rows } = await client.query<{ got: boolean }>(`select ${expression} as got`);
  return rows[0]?.got === true;
}

function whatItMeans(error: unknown): Attempt {
  const { code = '', message } = error as Error & { code?: string };
  if (code === 'ENOENT' || code === 'ECONNREFUSED') return { kind: 'absent' };
  // EACCES: another user's socket. 28…, 3D…: a password or a database that is not ours.
  if (code === 'EACCES' || /^(28|3D)/.test(code)) {
    throw new StartError(
      `the embedded PostgreSQL refuses the connection: ${message}`,
      exitCodes.databaseUnreachable,
    );
  }
  return { kind: 'busy', reason: message };
}
