import { arrayText } from '../db/array-text.ts';
import { newEntry, type EntryInput } from '../entries/members.ts';
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
  // As PostgreSQL prints it, in quotes that no word of a text can hold: see owner_word().
  const owner = `'=${userId}'`;
  return ({ entry, restored }, id) => {
    const zone = entry.time_zone ?? usualZone;
    const members = entry.time_zone === undefined ? entry : withoutZone(entry);
    const { error } = validator()(members);
    if (error !== undefined) throw oneSentence(error);
    if (zone !== usualZone && !(typeof zone === 'string' && isTimeZone(zone))) throw zoneUnknown();
    const [text, mood, category, tags, measures, at, , document] = newEntry(members);
    return {
      id,
      text,
      mood,
      category,
      tags: arrayText(tags),
      measures: JSON.stringify(measures),
      at,
      time_zone: zone,
      document: document + owner,
      created_at: restored?.created_at ?? null,
      updated_at: restored?.updated_at ?? null,
      version: restored?.version ?? 1,
      deleted_at: restored?.deleted_at ?? null,
    };
  };
}

type Validator = (entry: unknown) => { error?: Problem };
let compiled: Validator | undefined;

/** Made at the first row, and once: it takes as long as a thousand rows. */
function validator(): Validator {
  compiled ??= schemaCompiler()({
    schema: createBody,
    method: 'POST',
    url: '',
    httpPart: 'body',
  }) as unknown as Validator;
  return compiled;
}

/** A problem of a row without the list of its members: all of it in its detail. */
export function oneSentence(problem: Problem): Problem {
  const parts = problem.errors?.map(({ pointer, detail }) => `${pointer} ${detail}`) ?? [];
  return parts.length === 0 ? problem : rowProblem(problem.code, `${parts.slice(0, 5).join('; ')}.`);
}

function withoutZone({ time_zone: _zone, ...members }: EntryInput): EntryInput {
  return members;
}

function zoneUnknown(): Problem {
  return rowProblem('validation_failed', '/time_zone must be an IANA time zone, like Europe/Paris.');
}
