import type { paths } from '../../types/api.d.ts';

type Json<Answer> = Answer extends { content: { 'application/json': infer Body } } ? Body : never;
type Answered<Path extends keyof paths, Status extends number> = paths[Path] extends {
  get: { responses: infer Responses };
}
  ? Status extends keyof Responses
    ? Json<Responses[Status]>
    : never
  : never;

export type User = Answered<'/api/v1/me', 200>;
export type Entry = Answered<'/api/v1/entries/{id}', 200>;
export type Session = Answered<'/api/v1/me/sessions', 200>['sessions'][number];
export type Token = Answered<'/api/v1/me/tokens', 200>['tokens'][number];
export type Webhook = Answered<'/api/v1/webhooks/{id}', 200>;
export type Delivery = Answered<'/api/v1/webhooks/{id}/deliveries', 200>['deliveries'][number];
export type Import = Answered<'/api/v1/imports/{id}', 200>;
export type AccountEvent = Answered<'/api/v1/me/events', 200>['events'][number];
export type ListQuery = NonNullable<paths['/api/v1/entries']['get']['parameters']['query']>;

/** What a person writes; the server adds the rest. */
export type Written = Pick<Entry, 'text' | 'mood' | 'category' | 'tags' | 'measures' | 'at' | 'time_zone'>;

type Query<Path extends keyof paths> = paths[Path] extends { get: { parameters: { query?: infer Asked } } }
  ? NonNullable<Asked>
  : never;

export type Span = Query<'/api/v1/insights/summary'>;
export type Dimension = NonNullable<Query<'/api/v1/insights/breakdown'>['by']>;
export type Summary = Answered<'/api/v1/insights/summary', 200>;
export type Bucket = Answered<'/api/v1/insights/series', 200>['buckets'][number];
export type Group = Answered<'/api/v1/insights/breakdown', 200>['groups'][number];
export type Effect = Answered<'/api/v1/insights/effects', 200>['effects'][number];
export type Verdict = Effect['verdict'];
export type Shift = Answered<'/api/v1/insights/shifts', 200>['shifts'][number];
export type CalendarDay = Answered<'/api/v1/insights/calendar', 200>['days'][number];
