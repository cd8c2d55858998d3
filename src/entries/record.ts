import type { Sql } from '../db/sql.ts';
import { unauthenticated } from '../http/access.ts';
import type { Preconditions } from '../http/conditional.ts';
import { notFound, Problem } from '../http/problem.ts';
import { mergePatch, newEntry, wholeChange, type EntryInput, type EntryPatch } from './members.ts';
import {
  createEntry,
  findVersion,
  putEntry,
  putEntryIfNone,
  restoreEntry,
  trashEntry,
  findEntry,
  updateEntry,
  type EntryRow,
} from './queries.ts';

/** Writes a new entry. 422 where it breaks a rule of the contract. */
export async function create(sql: Sql, userId: string, input: EntryInput): Promise<EntryRow> {
  const row = await createEntry(sql, userId, ...newEntry(input));
  if (row === undefined) throw unauthenticated();
  return row;
}

/** Creates or replaces the entry `id`. 412 where a precondition is not met. */
export async function put(
  sql: Sql,
  userId: string,
  id: string,
  input: EntryInput,
  conditions: Preconditions,
): Promise<EntryRow> {
  const members = newEntry(input);
  if (conditions.ifMatch !== null) {
    const row = await updateEntry(sql, userId, id, conditions.ifMatch.versions, ...wholeChange(members));
    if (row === undefined) throw versionConflict();
    return row;
  }
  const write = conditions.ifNoneMatchAny ? putEntryIfNone : putEntry;
  const row = await write(sql, userId, id, ...members);
  if (row !== undefined) return row;
  if (!conditions.ifNoneMatchAny) throw unauthenticated();
  throw new Problem(412, 'precondition_failed', 'There is an entry with this id already.');
}

/** Changes members of an entry by a merge patch (RFC 7396). 404, 412, 422. */
export async function patch(
  sql: Sql,
  userId: string,
  id: string,
  change: EntryPatch,
  conditions: Preconditions,
): Promise<EntryRow> {
  const versions = conditions.ifMatch?.versions ?? null;
  const row = await updateEntry(sql, userId, id, versions, ...mergePatch(change));
  return row ?? (await explainMiss(sql, userId, id, conditions));
}

/** Moves an entry into the trash. 404, 412. */
export async function trash(
  sql: Sql,
  userId: string,
  id: string,
  conditions: Preconditions,
): Promise<EntryRow> {
  const row = await trashEntry(sql, userId, id, conditions.ifMatch?.versions ?? null);
  return row ?? (await explainMiss(sql, userId, id, conditions));
}

/** Brings an entry back from the trash; one that is not in it stays as it is. 404. */
export async function restore(sql: Sql, userId: string, id: string): Promise<EntryRow> {
  const row = (await restoreEntry(sql, userId, id)) ?? (await findEntry(sql, userId, id));
  if (row === undefined) throw notFound('entry');
  return row;
}

/** A conditional write that found nothing: the entry is not there, or is at another version. */
async function explainMiss(sql: Sql, userId: string, id: string, conditions: Preconditions): Promise<never> {
  if (conditions.ifMatch !== null && (await findVersion(sql, userId, id))) throw versionConflict();
  throw notFound('entry');
}

function versionConflict(): Problem {
  return new Problem(412, 'version_conflict', 'The entry is at another version than the one in If-Match.');
}
