/** Routes whose shapes are written here by hand, from the contract's text. */
interface Answer<Body> {
  headers: Record<string, unknown>;
  content: { 'application/json': Body };
}
interface Nothing {
  headers: Record<string, unknown>;
  content?: never;
}
interface Refusal {
  headers: Record<string, unknown>;
  content: {
    'application/json': {
      status: number;
      code: string;
      detail: string;
      errors?: { pointer: string; detail: string }[];
    };
  };
}
type Parameters<Query, Path> = ([Query] extends [never]
  ? { query?: never }
  : Partial<Query> extends Query
    ? { query?: Query }
    : { query: Query }) &
  ([Path] extends [never] ? { path?: never } : { path: Path });
interface Operation<Query, Path, Body, Result> {
  parameters: Parameters<Query, Path>;
  requestBody?: [Body] extends [never] ? never : { content: { 'application/json': Body } };
  responses: { 200: Result; default: Refusal };
}
type Get<Query, Result, Path = never> = { get: Operation<Query, Path, never, Answer<Result>> };
type Post<Body, Result, Path = never> = { post: Operation<never, Path, Body, Answer<Result>> };
interface ById {
  id: string;
}

export interface Span {
  from?: string | undefined;
  to?: string | undefined;
  weighting?: 'day' | 'entry';
}
export interface Rule {
  from: string;
  to: string;
  weighting: 'day' | 'entry';
  day_start_minutes: number;
  days_in_range: number;
  days_logged: number;
  logging_rate: number;
  entries: number;
}
export interface Report {
  rule: Rule;
  notes: string[];
}
type Interval = number[] | null;

export interface Summary extends Report {
  mean: number | null;
  median: number | null;
  sd: number | null;
  distribution: Record<string, number>;
  best_day: { day: string; mean: number } | null;
  worst_day: { day: string; mean: number } | null;
  streak: { current: number; longest: number };
  change: { previous_mean: number | null; difference: number | null; ci95: Interval } | null;
}
export interface Bucket {
  start: string;
  mean: number | null;
  days: number;
  entries: number;
  min: number | null;
  max: number | null;
  rolling_7d?: number | null;
}
export interface Group {
  key: string;
  mean: number;
  days: number;
  entries: number;
  ci95: Interval;
}
export type Verdict = 'likely' | 'possible' | 'no_detectable_effect' | 'not_enough_data';
export interface Effect {
  factor: string;
  kind: 'category' | 'tag' | 'measure';
  lag_days: 0 | 1;
  effect: number | null;
  ci95: Interval;
  unit: string;
  n_with: number;
  n_without: number;
  p: number | null;
  q: number | null;
  verdict: Verdict;
  summary: string;
}
export interface Shift {
  day: string;
  before_mean: number;
  after_mean: number;
  difference: number;
  ci95: Interval;
}
export interface CalendarDay {
  day: string;
  mean: number | null;
  entries: number;
}
export type Dimension = 'category' | 'tag' | 'weekday' | 'hour';

export interface Webhook {
  id: string;
  url: string;
  description: string;
  events: string[];
  active: boolean;
  created_at: string;
}
export interface Delivery {
  id: string;
  event: string;
  state: 'pending' | 'succeeded' | 'failed' | 'exhausted';
  attempts: { at: string; status: number | null; duration_ms: number; error: string | null }[];
  next_attempt_at: string | null;
}
type WebhookChange = Partial<Pick<Webhook, 'url' | 'description' | 'events' | 'active'>>;

export interface Import {
  id: string;
  format: string;
  state: 'queued' | 'running' | 'finished' | 'failed' | 'cancelled' | 'undone';
  dry_run: boolean;
  total: number | null;
  done: number;
  created: number;
  skipped: number;
  errors: { row: number | null; code: string; detail: string }[];
  unmapped_moods: string[];
}

export interface LaterPaths {
  '/api/v1/insights/summary': Get<Span, Summary>;
  '/api/v1/insights/series': Get<Span & { bucket: 'day' | 'week' | 'month' }, Report & { buckets: Bucket[] }>;
  '/api/v1/insights/calendar': Get<{ year: number }, Report & { days: CalendarDay[] }>;
  '/api/v1/insights/breakdown': Get<Span & { by: Dimension }, Report & { groups: Group[] }>;
  '/api/v1/insights/effects': Get<Span, Report & { effects: Effect[] }>;
  '/api/v1/insights/shifts': Get<Span, Report & { shifts: Shift[] }>;
  '/api/v1/insights/on-this-day': Get<{ day: string }, { entries: import('./types.ts').Entry[] }>;
  '/api/v1/webhooks': Get<never, { webhooks: Webhook[] }> &
    Post<WebhookChange & { url: string; events: string[] }, Webhook & { secret: string }>;
  '/api/v1/webhooks/{id}': {
    patch: Operation<never, ById, WebhookChange, Answer<Webhook>>;
    delete: Operation<never, ById, never, Nothing>;
  };
  '/api/v1/webhooks/{id}/rotate': Post<never, Webhook & { secret: string }, ById>;
  '/api/v1/webhooks/{id}/test': Post<never, { id: string }, ById>;
  '/api/v1/webhooks/{id}/deliveries': Get<
    { cursor?: string; limit?: number },
    { deliveries: Delivery[]; next_cursor: string | null },
    ById
  >;
  '/api/v1/webhooks/{id}/deliveries/{delivery}/retry': Post<never, unknown, ById & { delivery: string }>;
  '/api/v1/imports': Get<never, { imports: Import[] }>;
  '/api/v1/imports/{id}': Get<never, Import, ById> & { delete: Operation<never, ById, never, Nothing> };
}
