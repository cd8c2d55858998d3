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
