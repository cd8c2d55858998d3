import { randomBytes } from 'node:crypto';
import type { Scope } from '../../src/http/types.ts';
import type { Person } from '../app.ts';

/** Somebody with an account, and the ids of what they own. */
export interface Owner extends Person {
  things: Record<Thing, string>;
}

/** What a path can name by its id; what does not exist answers 404 `<thing>_not_found`. */
export type Thing = 'entry' | 'session' | 'token' | 'webhook' | 'delivery' | 'import';

export interface Operation {
  /** Who may call it, as the contract has it: anybody, or a token with this scope. */
  access: 'free' | 'public' | Scope;
  /** Closed to personal access tokens. */
  sessionOnly?: true;
  /** What `{id}` of the path names. */
  thing?: Thing;
  /** A body that is as it should be, for the account that asks. */
  body?: (asker: Asker) => object;
  /** A file for a body. */
  file?: string;
  /** The status for those who may. */
  good: number;
  /** The status for another account under the owner's id, where that is not 404: ids are each user's own. */
  another?: number;
}

/** Whose password a body needs: that of the account that asks. */
export type Asker = Pick<Person, 'email' | 'password'>;

const entry = () => ({ text: 'written during the walk', mood: 4 });
const fresh = () => `${randomBytes(8).toString('hex')}@example.org`;

/** Every operation of the contract. One that is missing here fails the walk: a new route says who may call it. */
export const operations: Record<string, Operation> = {
  'GET /livez': { access: 'free', good: 200 },
  'GET /readyz': { access: 'free', good: 200 },
  'GET /health': { access: 'free', good: 200 },

  'POST /api/v1/auth/register': {
    access: 'public',
    body: () => ({ email: fresh(), password: 'a long sentence' }),
    good: 201,
  },
  'POST /api/v1/auth/login': {
    access: 'public',
    body: ({ email, password }) => ({ email, password }),
    good: 200,
  },
  'POST /api/v1/auth/logout': { access: 'account', good: 204 },

  'GET /api/v1/me': { access: 'account', good: 200 },
  'PATCH /api/v1/me': {
    access: 'account',
    body: () => ({ name: 'Walker', day_start_minutes: 240 }),
    good: 200,
  },
  'DELETE /api/v1/me': {
    access: 'account',
    sessionOnly: true,
    body: ({ password }) => ({ password }),
    good: 204,
  },
  'POST /api/v1/me/password': {
    access: 'account',
    sessionOnly: true,
    body: ({ password }) => ({ current_password: password, new_password: 'another long sentence' }),
    good: 204,
  },
  'GET /api/v1/me/sessions': { access: 'account', good: 200 },
  'DELETE /api/v1/me/sessions/{id}': { access: 'account', thing: 'session', good: 204 },
  'GET /api/v1/me/tokens': { access: 'account', good: 200 },
  'POST /api/v1/me/tokens': {
    access: 'account',
    sessionOnly: true,
    body: () => ({ name: 'walk', scopes: ['entries:read'] }),
    good: 201,
  },
  'DELETE /api/v1/me/tokens/{id}': { access: 'account', thing: 'token', good: 204 },
  'GET /api/v1/me/events': { access: 'account', good: 200 },

  'POST /api/v1/entries': { access: 'entries:write', body: entry, good: 201 },
  'GET /api/v1/entries': { access: 'entries:read', good: 200 },
  'GET /api/v1/entries/{id}': { access: 'entries:read', thing: 'entry', good: 200 },
  'PUT /api/v1/entries/{id}': {
    access: 'entries:write',
    thing: 'entry',
    body: entry,
    good: 200,
    another: 201,
  },
  'PATCH /api/v1/entries/{id}': {
    access: 'entries:write',
    thing: 'entry',
    body: () => ({ mood: 2 }),
    good: 200,
  },
  'DELETE /api/v1/entries/{id}': { access: 'entries:write', thing: 'entry', good: 204 },
  'POST /api/v1/entries/{id}/restore': { access: 'entries:write', thing: 'entry', good: 200 },

  'GET /api/v1/imports': { access: 'entries:write', good: 200 },
  'POST /api/v1/imports': { access: 'entries:write', file: 'date,mood\n2024-01-01,5', good: 202 },
  'GET /api/v1/imports/{id}': { access: 'entries:write', thing: 'import', good: 200 },
  'GET /api/v1/imports/{id}/events': { access: 'entries:write', thing: 'import', good: 200 },
  'DELETE /api/v1/imports/{id}': { access: 'entries:write', thing: 'import', good: 202 },
  'GET /api/v1/export': { access: 'export', good: 200 },

  'GET /api/v1/webhooks': { access: 'webhooks', good: 200 },
  'POST /api/v1/webhooks': {
    access: 'webhooks',
    body: () => ({ url: 'https://hooks.example.org/walk', events: ['ping'] }),
    good: 201,
  },
  'GET /api/v1/webhooks/{id}': { access: 'webhooks', thing: 'webhook', good: 200 },
  'PATCH /api/v1/webhooks/{id}': {
    access: 'webhooks',
    thing: 'webhook',
    body: () => ({ description: 'walked' }),
    good: 200,
  },
  'DELETE /api/v1/webhooks/{id}': { access: 'webhooks', thing: 'webhook', good: 204 },
  'POST /api/v1/webhooks/{id}/rotate': { access: 'webhooks', thing: 'webhook', good: 200 },
  'POST /api/v1/webhooks/{id}/test': { access: 'webhooks', thing: 'webhook', good: 202 },
  'GET /api/v1/webhooks/{id}/deliveries': { access: 'webhooks', thing: 'webhook', good: 200 },
  'POST /api/v1/webhooks/{id}/deliveries/{delivery}/retry': {
    access: 'webhooks',
    thing: 'webhook',
    good: 202,
  },

  'GET /api/v1/categories': { access: 'entries:read', good: 200 },
  'GET /api/v1/tags': { access: 'entries:read', good: 200 },
  'GET /api/v1/measures': { access: 'entries:read', good: 200 },

  'GET /api/v1/insights/summary': { access: 'insights:read', good: 200 },
  'GET /api/v1/insights/series': { access: 'insights:read', good: 200 },
  'GET /api/v1/insights/calendar': { access: 'insights:read', good: 200 },
  'GET /api/v1/insights/breakdown': { access: 'insights:read', good: 200 },
  'GET /api/v1/insights/effects': { access: 'insights:read', good: 200 },
  'GET /api/v1/insights/shifts': { access: 'insights:read', good: 200 },
  'GET /api/v1/insights/on-this-day': { access: 'entries:read', good: 200 },
};
