import type { Address } from './address.ts';

/**
 * The arguments that `postgres` is started with. Everything stands on the command line and nothing in
 * postgresql.conf, so that a new Daymark brings its settings to an old cluster; `extra` wins.
 */
export function serverArguments(cluster: string, address: Address, extra: Record<string, string>): string[] {
  const settings = { ...small, ...quiet, ...listening(address), ...extra };
  return ['-D', cluster, ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])];
}

/** For one person's data on a machine that has other things to do; fsync and synchronous_commit stay on. */
const small = {
  shared_buffers: '64MB',
  max_connections: '60',
  // Compiling a query costs more than the queries here.
  jit: 'off',
  // Without these there are eight processes fewer, each of some MiB, that wait for work that does not come.
  io_method: 'sync',
  max_logical_replication_workers: '0',
  max_worker_processes: '0',
  max_parallel_workers_per_gather: '0',
  max_parallel_maintenance_workers: '0',
  autovacuum_max_workers: '1',
  // Nobody replicates from here; backups are made with SQL.
  wal_level: 'minimal',
  max_wal_senders: '0',
  max_wal_size: '512MB',
  min_wal_size: '32MB',
  random_page_cost: '1.1',
  timezone: 'UTC',
  log_timezone: 'UTC',
};

/** Statements and details of errors can quote what somebody wrote in a diary: they stay out of the log. */
const quiet = {
  log_min_error_statement: 'panic',
  log_error_verbosity: 'terse',
  log_checkpoints: 'off',
};

function listening({ host, port, password }: Address): Record<string, string> {
  if (password !== undefined) {
    return { listen_addresses: host, port: String(port), unix_socket_directories: '' };
  }
  return {
    listen_addresses: '',
    port: String(port),
    // A list: in quotes a comma or a blank belongs to the path.
    unix_socket_directories: `"${host.replaceAll('"', '""')}"`,
    unix_socket_permissions: '0700',
  };
}
