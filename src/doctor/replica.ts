import type { ClientConfig } from 'pg';
import { sqlOn } from '../backup/session.ts';
import { ask } from './ask.ts';
import { ok, problem, warning, type Finding } from './finding.ts';
import { operatorReplicaState, operatorWrittenTo } from './queries.ts';

const name = 'replica';
const mib = 1024 ** 2;
/** A segment of the write-ahead log: what is less is on its way. */
const muchBehind = 16 * mib;

/** Whether the replica that is configured answers, follows, and how far it is behind what the primary has written. */
export async function replica(connection: ClientConfig | null, primary: ClientConfig): Promise<Finding> {
  if (connection === null) return ok(name, 'none is configured; the primary reads everything');
  const written = await ask(primary, async (client) => (await operatorWrittenTo(sqlOn(client))).lsn);
  const state = await ask(connection, (client) => operatorReplicaState(sqlOn(client), written)).catch(
    () => null,
  );
  if (state === null) {
    return warning(
      name,
      'it does not answer: the primary reads everything',
      'start it, or mend DATABASE_REPLICA_URL; without a replica take that variable away',
    );
  }
  if (!state.in_recovery) {
    return problem(
      name,
      'DATABASE_REPLICA_URL names a server that takes writes: it follows no primary',
      'name a streaming replica of DATABASE_URL (hot_standby = on), or take the variable away',
    );
  }
  if (state.bytes_behind > muchBehind) {
    return warning(
      name,
      `it is ${Math.round(state.bytes_behind / mib)} MiB behind: the primary reads what is newer`,
      'look at pg_stat_wal_receiver on it, and whether its replay is paused',
    );
  }
  return ok(name, `it follows, ${state.bytes_behind} bytes behind`);
}
