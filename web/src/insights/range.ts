import { api } from '../api/client.ts';
import type { Span } from '../api/types.ts';
import { daysBetween, readDay, shiftDay, today } from '../look/days.ts';

/** The span that an address names; the last 90 days where it names none. */
export function readSpan(query: string): Required<Pick<Span, 'weighting'>> & { from: string; to: string } {
  const params = new URLSearchParams(query);
  const to = readDay(params.get('to')) ?? today();
  const from = readDay(params.get('from')) ?? shiftDay(to, -89);
  const weighting = params.get('weighting') === 'entry' ? 'entry' : 'day';
  return from <= to ? { from, to, weighting } : { from: to, to: from, weighting };
}

export function insightsAt({ from, to, weighting }: Span): string {
  const params = new URLSearchParams({ from: from ?? '', to: to ?? '' });
  if (weighting === 'entry') params.set('weighting', weighting);
  return `/insights?${params.toString()}`;
}

/** The day of the first entry of all. */
export async function firstDay(): Promise<string> {
  const { data } = await api.GET('/api/v1/entries', { params: { query: { order: 'asc', limit: 1 } } });
  return data?.entries[0]?.local_day ?? shiftDay(today(), -89);
}

/** So wide that a line has between a dozen and two hundred points. */
export function bucketFor(from: string, to: string): 'day' | 'week' | 'month' {
  const days = daysBetween(from, to);
  return days <= 190 ? 'day' : days <= 1500 ? 'week' : 'month';
}
