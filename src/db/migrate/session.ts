import { Client, type ClientConfig } from 'pg';
import { checkServer } from '../server-version.ts';

/**
 * Runs `work` on a connection of its own, without time limits, and closes it. When `signal` fires, the
 * statement that runs is cancelled and the signal's reason thrown. Errors of connecting pass as they are;
 * StartError where the server is too old or its encoding wrong.
 */
export async function withSession<T>(
  connection: ClientConfig,
  signal: AbortSignal | undefined,
  work: (client: Client) => Promise<T>,
): Promise<T> {
  signal?.throwIfAborted();
  const client = new Client(configOf(connection));
  // A lost connection also fails the statement that waits for it; unheard, this event would end the process.
  client.on('error', () => undefined);
  let pid: number | undefined;
  let cancelled: Promise<void> | undefined;
  const onAbort = () => {
    cancelled = cancelStatement(connection, client, pid);
  };
  signal?.addEventListener('abort', onAbort);
  try {
    await client.connect();
    await checkServer(client);
    pid = await backendOf(client);
    signal?.throwIfAborted();
    return await work(client);
  } catch (error) {
    throw signal?.aborted === true ? signal.reason : error;
  } finally {
    signal?.removeEventListener('abort', onAbort);
    await cancelled;
    await client.end();
  }
}

/**
 * Puts back what a migration may have changed in its session, and lifts every time limit. Advisory locks stay.
 */
export async function settle(client: Client): Promise<void> {
  await client.query('reset all');
  await client.query(
    `select set_config(name, '0', false) from pg_settings
     where name in ('statement_timeout', 'lock_timeout', 'transaction_timeout',
                    'idle_in_transaction_session_timeout', 'idle_session_timeout')`,
  );
  // When this process is killed, its statement ends too, and not hours later with the lock in its hands.
  // Servers on systems that cannot see a closed socket (Windows) refuse the setting; there it ends by itself.
  await client.query(`set client_connection_check_interval = '1s'`).catch(() => undefined);
}

function configOf(connection: ClientConfig): ClientConfig {
  return {
    connectionTimeoutMillis: 10_000,
    keepAlive: true,
    ...connection,
    application_name: 'daymark-migrate',
    query_timeout: 0,
  };
}

async function backendOf(client: Client): Promise<number | undefined> {
  const { rows } = await client.query<{ pid: number }>('select pg_backend_pid() as pid');
  return rows[0]?.pid;
}

async function cancelStatement(connection: ClientConfig, client: Client, pid?: number): Promise<void> {
  if (pid === undefined) return;
  const other = new Client(configOf(connection));
  other.on('error', () => undefined);
  try {
    await other.connect();
    await other.query('select pg_cancel_backend($1)', [pid]);
  } catch {
    // No second connection to be had: cutting the first one off makes the server roll back as well.
    void client.end();
  } finally {
    await other.end().catch(() => undefined);
  }
}
