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
