import { one } from '../db/sql.ts';

export interface ServerState {
  version: string;
  number: number;
  encoding: string;
  fsync: string;
  full_page_writes: string;
  synchronous_commit: string;
  max_connections: number;
  reserved: number;
  /** Its clock, in milliseconds since 1970. */
  now_ms: number;
}

/** What the server says of itself, as this role sees it. */
export const operatorServerState = one<[], ServerState>(
  'operator_server_state',
  `select split_part(current_setting('server_version'), ' ', 1) as version,
          current_setting('server_version_num')::integer as number,
          current_setting('server_encoding') as encoding,
          current_setting('fsync') as fsync,
          current_setting('full_page_writes') as full_page_writes,
          current_setting('synchronous_commit') as synchronous_commit,
          current_setting('max_connections')::integer as max_connections,
          current_setting('superuser_reserved_connections')::integer as reserved,
          (extract(epoch from clock_timestamp()) * 1000)::float8 as now_ms`,
);

/** How far the write-ahead log is written; on a replica, which writes none, how far it is replayed. */
export const operatorWrittenTo = one<[], { lsn: string }>(
  'operator_written_to',
  `select (case when pg_is_in_recovery() then pg_last_wal_replay_lsn() else pg_current_wal_lsn() end)::text as lsn`,
);

/** Whether a server follows another, and by how many bytes of write-ahead log it is behind a place in it. */
export const operatorReplicaState = one<[written: string], { in_recovery: boolean; bytes_behind: number }>(
  'operator_replica_state',
  `select pg_is_in_recovery() as in_recovery,
          greatest(0, coalesce(pg_wal_lsn_diff($1::pg_lsn, pg_last_wal_replay_lsn()), 0))::float8 as bytes_behind`,
);
