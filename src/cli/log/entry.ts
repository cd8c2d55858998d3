import { Ajv } from 'ajv';
import { randomUUID } from 'node:crypto';
import { text as textOf } from 'node:stream/consumers';
import type { Static } from 'typebox';
import { putBody } from '../../entries/schemas.ts';
import { exitCodes, StartError } from '../../exit.ts';
import { formatDetails, formats, isBlank } from '../../http/formats.ts';

export interface LogOptions {
  mood?: number;
  category?: string;
  tag?: string[];
  measure?: string[];
  at?: string;
  timeZone?: string;
  flush?: boolean;
  json?: boolean;
}

/** An entry on its way: `id` is made when it is written, so that sending it again makes no second one. */
export interface Waiting {
  id: string;
  /** The server that it was written for. */
  url: string;
  entry: Static<typeof putBody>;
}

/** The entry of a call, checked by the server's own schema: what waits should not turn out wrong next week. */
export async function entryOf(text: string | undefined, options: LogOptions, url: string): Promise<Waiting> {
  const entry: Waiting['entry'] = {
    text: text === '-' ? (await textOf(process.stdin)).replace(/\r?\n$/, '') : (text ?? ''),
    at: options.at ?? new Date().toISOString(),
    ...(options.mood === undefined ? {} : { mood: options.mood }),
    ...(options.category === undefined ? {} : { category: options.category }),
    ...(options.tag === undefined ? {} : { tags: options.tag }),
    ...(options.measure === undefined ? {} : { measures: measuresOf(options.measure) }),
    ...(options.timeZone === undefined ? {} : { time_zone: options.timeZone }),
  };
  check(entry);
  return { id: randomUUID(), url, entry };
}

function measuresOf(pairs: string[]): Record<string, number | boolean> {
  return Object.fromEntries(
    pairs.map((pair): [string, number | boolean] => {
      const [, name = '', value = ''] = /^([^=]*)=(.*)$/s.exec(pair) ?? [];
      if (value === 'true' || value === 'false') return [name, value === 'true'];
      if (/^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(value)) return [name, Number(value)];
      throw new StartError(
        `--measure: "${pair}" is not name=number, name=true or name=false`,
        exitCodes.usage,
      );
    }),
  );
}

function check(entry: Waiting['entry']): void {
  const validate = new Ajv({ strict: false, formats }).compile(putBody);
  if (!validate(entry)) {
    const { instancePath = '', message = '', keyword, params } = validate.errors?.[0] ?? {};
    const format = keyword === 'format' ? formatDetails[String(params?.['format'])] : undefined;
    throw new StartError(`${instancePath.slice(1)} ${format ?? message}`, exitCodes.usage);
  }
  const isEmpty = isBlank(entry.text ?? '') && entry.mood === undefined && entry.measures === undefined;
  if (isEmpty) throw new StartError('write a text, a --mood or a --measure', exitCodes.usage);
}
