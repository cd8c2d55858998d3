import type { Static } from 'typebox';
import type { Sql } from '../db/sql.ts';
import { unauthenticated } from '../http/access.ts';
import type { Preconditions } from '../http/conditional.ts';
import { isBlank, parseInstant } from '../http/formats.ts';
import { notFound, Problem, validationFailed } from '../http/problem.ts';
import {
  createEntry,
  findVersion,
  putEntry,
  putEntryIfNone,
  restoreEntry,
  trashEntry,
  findEntry,
  updateEntry,
  type EntryChange,
  type EntryRow,
  type NewEntry,
} from './queries.ts';
import type { createBody, patchBody } from './schemas.ts';

export type EntryInput = Static<typeof createBody>;
export type EntryPatch = Static<typeof patchBody>;

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

function newEntry(input: EntryInput): NewEntry {
  const {
    text = '',
    mood = null,
    category = 'general',
    tags = [],
    measures = {},
    at,
    time_zone: timeZone,
  } = input;
  if (isBlank(text) && mood === null && Object.keys(measures).length === 0) throw entryEmpty();
  // PostgreSQL reads `now` as the time of the transaction: the default is its clock, not ours.
  return [text, mood, category, tags, measures, at === undefined ? 'now' : instantOf(at), timeZone ?? null];
}

function wholeChange([text, mood, category, tags, measures, at, timeZone]: NewEntry): EntryChange {
  return [text, true, mood, category, tags, true, measures, [], at, timeZone === null, timeZone];
}

/** The members of a patch: absent ones stay, null puts one back to its default or removes a measure. */
function mergePatch(change: EntryPatch): EntryChange {
  const measures = Object.entries(change.measures ?? {}) as [string, number | boolean | null][];
  return [
    change.text === null ? '' : (change.text ?? null),
    change.mood !== undefined,
    change.mood ?? null,
    change.category === null ? 'general' : (change.category ?? null),
    change.tags === null ? [] : (change.tags ?? null),
    change.measures === null,
    Object.fromEntries(measures.filter(([, value]) => value !== null)),
    measures.filter(([, value]) => value === null).map(([name]) => name),
    change.at === null ? 'now' : change.at === undefined ? null : instantOf(change.at),
    change.time_zone === null,
    change.time_zone ?? null,
  ];
}

function instantOf(at: string): string {
  const instant = parseInstant(at);
  if (instant === null || instant < '1900') {
    throw validationFailed([{ pointer: '/at', detail: 'must not lie before 1900-01-01' }]);
  }
  return instant;
}

function entryEmpty(): Problem {
  return new Problem(422, 'entry_empty', 'An entry needs a text that is not blank, a mood, or a measure.');
}

function versionConflict(): Problem {
  return new Problem(412, 'version_conflict', 'The entry is at another version than the one in If-Match.');
}
