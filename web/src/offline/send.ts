import { api, notReached, tell } from '../api/client.ts';
import type { Entry, Written } from '../api/types.ts';
import { keepEntry } from './month.ts';
import type { Pending } from './store.ts';

/** What became of a change: acknowledged (`entry` null: deleted), to be asked about, or to be tried again. */
export type Sent =
  | { entry: Entry | null }
  | { state: 'conflict'; theirs: Entry | null }
  | { state: 'refused'; detail: string }
  | 'later';

/** Sends one change, safely over repetition: an answer that was lost is not a conflict with oneself. */
export async function send(item: Pending): Promise<Sent> {
  if (item.kind === 'put') return sendWritten(item, item.written as Written);
  const params = { path: { id: item.id } };
  const headers: Record<string, string> = item.base === null ? {} : { 'if-match': `"${item.base}"` };
  const { data, error, response } =
    item.kind === 'delete'
      ? await api.DELETE('/api/v1/entries/{id}', { params, headers })
      : await api.POST('/api/v1/entries/{id}/restore', { params });
  // Deleted already, by this very call or by somebody else: what was wanted is so.
  if (response.status === 404 && item.kind === 'delete') return acknowledged(item.id, null);
  if (response.ok) return acknowledged(item.id, (data as Entry | undefined) ?? null);
  if (response.status === 412) return compare(item);
  return judged(response.status, error);
}

async function sendWritten(item: Pending, written: Written): Promise<Sent> {
  const headers: Record<string, string> =
    item.base === null ? { 'if-none-match': '*' } : { 'if-match': `"${item.base}"` };
  const params = { path: { id: item.id } };
  const { data, error, response } = await api.PUT('/api/v1/entries/{id}', {
    params,
    headers,
    body: body(written),
  });
  if (data !== undefined) return acknowledged(item.id, data);
  if (response.status === 412) return compare(item);
  return judged(response.status, error);
}

function body({ text, mood, category, tags, measures, at, time_zone }: Written): Written {
  return { text, mood, category, tags, measures, at, time_zone };
}

/** What to do where the server has another version than the one that was changed. */
async function compare(item: Pending): Promise<Sent> {
  const { kind, written, tried = [] } = item;
  const { data, error, response } = await api.GET('/api/v1/entries/{id}', {
    params: { path: { id: item.id } },
  });
  if (response.status === 404 && kind === 'delete') return acknowledged(item.id, null);
  // It is in the trash by an own deletion that had arrived: it comes back as it was written since.
  if (response.status === 404 && tried.includes(null)) return send({ ...item, base: null });
  if (response.status === 404) return { state: 'conflict', theirs: null };
  if (data === undefined) return judged(response.status, error);
  const is = (own: Written | null) => own !== null && isSame(body(own), body(data));
  if (kind === 'put' && is(written)) return acknowledged(item.id, data);
  // Theirs is an own change before this one, which had arrived: this one goes at the version that it became.
  if (is(written) || tried.some(is)) return send({ ...item, base: data.version });
  return { state: 'conflict', theirs: data };
}

function isSame(a: Written, b: Written): boolean {
  const plain = (each: Written) =>
    JSON.stringify({ ...each, at: Date.parse(each.at), measures: Object.entries(each.measures).sort() });
  return plain(a) === plain(b);
}

async function acknowledged(id: string, entry: Entry | null): Promise<Sent> {
  await keepEntry(id, entry);
  return { entry };
}

function judged(status: number, error: unknown): Sent {
  const passes = status === notReached || status === 401 || status === 429 || status >= 500;
  return passes ? 'later' : { state: 'refused', detail: tell(error) };
}
