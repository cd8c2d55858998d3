import { newEntry } from '../entries/members.ts';
import { createBody } from '../entries/schemas.ts';
import { isTimeZone } from '../http/formats.ts';
import type { Problem } from '../http/problem.ts';
import { schemaCompiler } from '../http/validation.ts';
import { rowProblem, type Draft } from './formats/row.ts';

/** An entry that passed, as `insertEntries` takes it. */
export interface EntryValues {
  id: string;
  text: string;
  mood: number | null;
  category: string;
  /** The text of an array. */
  tags: string;
  /** JSON text. */
  measures: string;
  at: string;
  time_zone: string;
  document: string;
  created_at: string | null;
  updated_at: string | null;
  version: number;
  deleted_at: string | null;
}

/**
 * Holds rows to the rules of `POST /entries`, and fills in its defaults. Throws a Problem that says what is wrong, all
 * of it in one sentence.
 */
export function rowChecker(userId: string, usualZone: string): (draft: Draft, id: string) => EntryValues {
  const compiled = schemaCompiler()({ schema: createBody, method: 'POST', url: '', httpPart: 'body' });
  const validate = compiled as unknown as (entry: unknown) => { error?: Problem };
  // To ask for a zone costs as much as all other checks of a row together, and a diary has few.
  const zones = new Map<string, boolean>([[usualZone, true]]);
  const isZone = (name: string) => {
    const known = zones.get(name) ?? isTimeZone(name);
    if (zones.size < 1000) zones.set(name, known);
    return known;
  };
  // As PostgreSQL prints it, in quotes that no word of a text can hold: see owner_word().
  const owner = `'=${userId}'`;
  return ({ entry, restored }, id) => {
    const { time_zone: zone = usualZone, ...members } = entry;
    const { error } = validate(members);
    if (error !== undefined) throw oneSentence(error);
    if (typeof zone !== 'string' || !isZone(zone)) throw zoneUnknown();
    const [text, mood, category, tags, measures, at, , document] = newEntry(members);
    const { created_at = null, updated_at = null, version = 1, deleted_at = null } = restored ?? {};
    return {
      ...{ id, text, mood, category, at, time_zone: zone, created_at, updated_at, version, deleted_at },
      tags: arrayText(tags),
      measures: JSON.stringify(measures),
      document: document + owner,
    };
  };
}

/** A problem of a row without the list of its members: all of it in its detail. */
export function oneSentence(problem: Problem): Problem {
  const parts = problem.errors?.map(({ pointer, detail }) => `${pointer} ${detail}`) ?? [];
  return parts.length === 0 ? problem : rowProblem(problem.code, `${parts.slice(0, 5).join('; ')}.`);
}

function zoneUnknown(): Problem {
  return rowProblem('validation_failed', '/time_zone must be an IANA time zone, like Europe/Paris.');
}

/** PostgreSQL manual, section 8.15.2: every element in quotes, and in them a backslash before a quote or another. */
function arrayText(elements: readonly string[]): string {
  return `{${elements.map((element) => `"${element.replaceAll(/["\\]/g, '\\$&')}"`).join(',')}}`;
}
