import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import type { FastifyBaseLogger, FastifyInstance, RawServerDefault } from 'fastify';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Database } from '../db/connect.ts';
import type { Lifetime } from '../db/lifetime.ts';
import type { Trace } from './trace.ts';

/** The server as features see it: request types follow from the routes' schemas. */
export type App = FastifyInstance<
  RawServerDefault,
  IncomingMessage,
  ServerResponse,
  FastifyBaseLogger,
  TypeBoxTypeProvider
>;

export const scopes = [
  'entries:read',
  'entries:write',
  'insights:read',
  'export',
  'webhooks',
  'account',
] as const;

export type Scope = (typeof scopes)[number];

/** Who is asking, as found by their token. */
export interface Account {
  user_id: string;
  session_id: string;
  kind: 'session' | 'token';
  scopes: readonly Scope[];
}

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Who may call the route: anybody, or an account whose token has this scope. Every route says it. */
    access?: Scope | 'public' | 'free';
    /** Closed to personal access tokens, whatever their scopes. */
    sessionOnly?: boolean;
    /** Checked for cross-site calls although no cookie comes along: what hands out a cookie. */
    signsIn?: boolean;
    /** Streams for as long as its client reads: no timeout, and not counted as work in hand. */
    unlimited?: boolean;
  }

  interface FastifyRequest {
    /** Set on every route whose access is a scope, before its handler runs. */
    account: Account;
    /** The bytes of the body; undefined where there was none. */
    rawBody: Buffer | undefined;
    /** The database as this request sees it: what it runs is counted in the request's log line. */
    db: Database;
    /** What the request asks of the database, and the end of it. */
    lifetime: Lifetime;
    /** The trace that the request belongs to, if its caller named one. */
    trace: Trace | null;
  }
}
