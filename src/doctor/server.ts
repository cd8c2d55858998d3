import { ok, problem, warning, type Finding } from './finding.ts';
import type { ServerState } from './queries.ts';

/** Its version and encoding. */
export function postgresVersion({ version, number, encoding }: ServerState): Finding {
  const name = 'postgresql';
  if (number < 150_000) {
    return problem(
      name,
      `PostgreSQL ${version} is too old`,
      'move to PostgreSQL 15 to 18: "daymark backup" and "daymark restore" carry it over',
    );
  }
  if (encoding !== 'UTF8') {
    return problem(
      name,
      `the database is encoded in ${encoding}`,
      `create one with encoding 'UTF8' template template0`,
    );
  }
  if (number >= 190_000)
    return warning(
      name,
      `PostgreSQL ${version} is newer than this Daymark was tried on`,
      'use 15 to 18, or a newer Daymark',
    );
  return ok(name, `PostgreSQL ${version}, UTF8`);
}

/** Whether an acknowledged write is on the disk. */
export function durability(state: ServerState): Finding {
  const name = 'durability';
  const off = (['fsync', 'full_page_writes', 'synchronous_commit'] as const).filter(
    (each) => state[each] === 'off',
  );
  if (off.length === 0) return ok(name, 'what is acknowledged is on the disk');
  return problem(
    name,
    `${off.join(' and ')} ${off.length === 1 ? 'is' : 'are'} off: a power failure loses acknowledged writes${off.includes('fsync') ? ' or the whole database' : ''}`,
    off.map((each) => `alter system set ${each} = on`).join('; ') + '; select pg_reload_conf()',
  );
}

/** The difference between this machine's clock and the database's; `took` is how long the question was away. */
export function clocks({ now_ms }: ServerState, here: number, took: number): Finding {
  const name = 'clocks';
  // The answer was made somewhere within the time that it took.
  const apart = Math.max(0, Math.abs(now_ms - here) - took);
  const seconds = (apart / 1000).toFixed(1);
  if (apart < 1000) return ok(name, 'this machine and the database agree');
  const text = `this machine and the database are ${seconds} s apart`;
  const mend = 'let both follow a time server (chrony, systemd-timesyncd)';
  return apart < 30_000 ? warning(name, text, mend) : problem(name, text, mend);
}

/** Whether the connections of one process fit: its pool, five of the jobs, their sign of life, and the watch. */
export function connections({ max_connections, reserved }: ServerState, poolSize: number): Finding {
  const name = 'connections';
  const free = max_connections - reserved;
  const needed = poolSize + 7;
  if (needed <= free) return ok(name, `${needed} of ${free} for this process`);
  return problem(
    name,
    `one process may need ${needed} connections, the server gives ${free}`,
    'lower DB_POOL_SIZE or raise max_connections; every node counts',
  );
}
