import { many } from '../db/sql.ts';

const inSchema = (column: string) => `${column} = current_schema()::text::regnamespace`;

/** What an extension brought comes back with the extension. */
const own = `not exists (select from pg_depend d
  where d.classid = 'pg_class'::regclass and d.objid = c.oid and d.deptype = 'e')`;

export interface TableRow {
  name: string;
  columns: string[];
  /** By the last ANALYZE: for the progress only. */
  estimate: number;
}

/** Every table of the schema with the columns that are written, but for the history of its migrations. */
export const operatorBackupTables = many<[], TableRow>(
  'operator_backup_tables',
  `select c.relname::text as name, array_agg(a.attname::text order by a.attnum) as columns,
          greatest(c.reltuples, 0)::float8 as estimate
   from pg_class c join pg_attribute a on a.attrelid = c.oid
   where ${inSchema('c.relnamespace')} and c.relkind in ('r', 'p') and not c.relispartition
     and c.relname <> 'schema_migrations' and ${own}
     and a.attnum > 0 and not a.attisdropped and a.attgenerated = ''
   group by c.oid, c.relname, c.reltuples
   order by c.relname collate "C"`,
);

/** Sequences that have given a number, and the last one. */
export const operatorBackupSequences = many<[], { name: string; last_value: string }>(
  'operator_backup_sequences',
  `select sequencename::text as name, last_value::text
   from pg_sequences
   where schemaname = current_schema() and last_value is not null
   order by sequencename collate "C"`,
);

/** Indexes that no constraint needs, as the statements that make them. */
export const operatorSecondaryIndexes = many<
  [tables: readonly string[]],
  { name: string; definition: string }
>(
  'operator_secondary_indexes',
  `select i.indexrelid::regclass::text as name, pg_get_indexdef(i.indexrelid) as definition
   from pg_index i join pg_class c on c.oid = i.indrelid
   where ${inSchema('c.relnamespace')} and c.relname = any ($1) and not i.indisprimary
     and not exists (select from pg_constraint where conindid = i.indexrelid and contype in ('p', 'u', 'x'))
   order by i.indexrelid`,
);

export interface ForeignKey {
  relation: string;
  name: string;
  definition: string;
}

export const operatorForeignKeys = many<[tables: readonly string[]], ForeignKey>(
  'operator_foreign_keys',
  `select f.conrelid::regclass::text as relation, quote_ident(f.conname) as name,
          pg_get_constraintdef(f.oid) as definition
   from pg_constraint f join pg_class c on c.oid = f.conrelid
   where f.contype = 'f' and f.conparentid = 0 and ${inSchema('c.relnamespace')} and c.relname = any ($1)
   order by f.oid`,
);

/** Servers and workers that are connected to this database; every role may read these columns. */
export const operatorConnectedServers = many<[], { application_name: string }>(
  'operator_connected_servers',
  `select distinct application_name from pg_stat_activity
   where datname = current_database() and pid <> pg_backend_pid()
     and application_name in ('daymark', 'daymark-watch', 'daymark-jobs')`,
);

/** How much a restore would destroy. */
export const operatorContents = many<[], { users: string; entries: string }>(
  'operator_contents',
  'select (select count(*) from users) as users, (select count(*) from entries) as entries',
);
