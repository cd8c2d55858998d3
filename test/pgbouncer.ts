import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chownSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ClientConfig } from 'pg';
import { hasProgram, PATH } from './has-program.ts';
import { serverAccount, untilItAnswers } from './installed-postgres.ts';

/** Whether this machine has PgBouncer. */
export const hasPgbouncer = () => hasProgram('pgbouncer', '--version', 'a server behind PgBouncer');

/**
 * A PgBouncer in transaction mode before a database, with the settings of docs/scaling.md and so few connections that
 * neighbouring statements of a client seldom meet the same one. Gives the way to the same database through it; `stop` it.
 */
export async function pgbouncer(
  database: ClientConfig,
): Promise<{ through: ClientConfig; stop(): Promise<void> }> {
  const folder = mkdtempSync(join(tmpdir(), 'daymark-pgbouncer-'));
  const owner = serverAccount();
  if (owner.uid !== undefined && owner.gid !== undefined) chownSync(folder, owner.uid, owner.gid);
  const file = join(folder, 'pgbouncer.ini');
  writeFileSync(file, configuration(folder, database));
  const child = spawn('pgbouncer', ['-q', file], { env: { PATH }, stdio: 'ignore', cwd: '/', ...owner });
  const stop = async () => {
    const ended = once(child, 'exit');
    child.kill('SIGKILL');
    await ended;
    rmSync(folder, { recursive: true });
  };
  const through = { ...database, host: folder, port: 6432 };
  await untilItAnswers(through);
  return { through, stop };
}

function configuration(
  folder: string,
  { host, port = 5432, database, user, password }: ClientConfig,
): string {
  const secret = typeof password === 'string' ? ` password=${password}` : '';
  return `[databases]
${database} = host=${host} port=${port} user=${user}${secret} connect_query='set statement_timeout = 5000; set idle_in_transaction_session_timeout = 10000'
[pgbouncer]
pool_mode = transaction
ignore_startup_parameters = extra_float_digits, statement_timeout, idle_in_transaction_session_timeout
default_pool_size = 3
server_round_robin = 1
max_client_conn = 200
auth_type = any
listen_addr =
listen_port = 6432
unix_socket_dir = ${folder}
`;
}
