/** Where the rows of a table lie on a Citus cluster. */
export type Place =
  /** Cut by user_id: all rows of a person on one node. */
  | 'distributed'
  /** The same copy on every node. */
  | 'reference'
  /** Only where the clients connect. */
  | 'local';

export interface Placement {
  table: string;
  place: Place;
  why: string;
}

const owned = 'one person’s rows lie together, and no statement of theirs leaves its node';

/** Every table in the order in which they are placed: what others refer to first. */
export const layout: readonly Placement[] = [
  {
    table: 'users',
    place: 'reference',
    why: 'an e-mail address is unique among all people, which no cut by user_id can promise; every distributed table refers to it',
  },
  { table: 'journals', place: 'distributed', why: owned },
  { table: 'account_events', place: 'distributed', why: owned },
  { table: 'idempotency_keys', place: 'distributed', why: owned },
  { table: 'entries', place: 'distributed', why: owned },
  { table: 'webhooks', place: 'distributed', why: owned },
  { table: 'deliveries', place: 'distributed', why: owned },
  { table: 'imports', place: 'distributed', why: owned },
  { table: 'import_chunks', place: 'distributed', why: owned },
  {
    table: 'sessions',
    place: 'local',
    why: 'found by the hash of a token before anybody knows whose it is, unique by that hash, and its triggers note revocations, which Citus has on local tables only',
  },
  {
    table: 'revocations',
    place: 'local',
    why: 'written by the triggers of sessions, read by every node as one list',
  },
  {
    table: 'login_failures',
    place: 'local',
    why: 'counts guesses by e-mail and client address, which are nobody’s',
  },
  { table: 'schema_migrations', place: 'local', why: 'one history for the installation' },
];

export const column = 'user_id';

/** The tables of one place, in order. */
export function placed(place: Place): string[] {
  return layout.filter((each) => each.place === place).map(({ table }) => table);
}
