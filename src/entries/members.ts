import type { Static } from 'typebox';
import { isBlank, parseInstant } from '../http/formats.ts';
import { constraintProblem } from '../http/problem.ts';
import { entryConstraints } from './constraints.ts';
import type { EntryChange, NewEntry } from './queries.ts';
import type { createBody, patchBody } from './schemas.ts';
import { documentOf, keptWeights, type SearchParts } from './search-document.ts';

export type EntryInput = Static<typeof createBody>;
export type EntryPatch = Static<typeof patchBody>;

/** The members of a new entry, with the defaults of those that are absent. 422 where nothing is in it. */
export function newEntry(input: EntryInput): NewEntry {
  const {
    text = '',
    mood = null,
    category = 'general',
    tags = [],
    measures = {},
    at,
    time_zone: timeZone,
  } = input;
  if (isBlank(text) && mood === null && Object.keys(measures).length === 0)
    throw constraintProblem(entryConstraints.entries_not_empty);
  // PostgreSQL reads `now` as the time of the transaction: the default is its clock, not ours.
  const instant = at === undefined ? 'now' : instantOf(at);
  const document = documentOf({ text, category, tags });
  return [text, mood, category, tags, measures, instant, timeZone ?? null, document];
}

/** Every member of a new entry as a change of an old one. */
export function wholeChange([
  text,
  mood,
  category,
  tags,
  measures,
  at,
  timeZone,
  document,
]: NewEntry): EntryChange {
  return [
    text,
    true,
    mood,
    category,
    tags,
    true,
    measures,
    [],
    at,
    timeZone === null,
    timeZone,
    [],
    document,
  ];
}

/** The members of a patch: absent ones stay, null puts one back to its default or removes a measure. */
export function mergePatch(change: EntryPatch): EntryChange {
  const measures = Object.entries(change.measures ?? {}) as [string, number | boolean | null][];
  const words = searchParts(change);
  return [
    words.text ?? null,
    change.mood !== undefined,
    change.mood ?? null,
    words.category ?? null,
    words.tags ?? null,
    change.measures === null,
    Object.fromEntries(measures.filter(([, value]) => value !== null)),
    measures.filter(([, value]) => value === null).map(([name]) => name),
    change.at === null ? 'now' : change.at === undefined ? null : instantOf(change.at),
    change.time_zone === null,
    change.time_zone ?? null,
    keptWeights(words),
    documentOf(words),
  ];
}

/** What of the searched parts a patch changes, null already put back to the default. */
function searchParts({ text, category, tags }: EntryPatch): Partial<SearchParts> {
  return {
    ...(text === undefined ? {} : { text: text ?? '' }),
    ...(category === undefined ? {} : { category: category ?? 'general' }),
    ...(tags === undefined ? {} : { tags: tags ?? [] }),
  };
}

function instantOf(at: string): string {
  const instant = parseInstant(at);
  if (instant === null || instant < '1900') {
    throw constraintProblem(entryConstraints.entries_at_not_before_1900);
  }
  return instant;
}
