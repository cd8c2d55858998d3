import { afterAll } from 'vitest';
import type { Deps } from '../../src/app.ts';
import { networks } from '../../src/config/addresses.ts';
import { addressRules } from '../../src/webhooks/addresses.ts';
import { startWorker } from '../../src/worker.ts';
import { testApp, type Person, type TestApp } from '../app.ts';

/** Webhooks may reach loopback, where the tests' receivers are. */
export const loopback = { addresses: addressRules(networks('127.0.0.0/8')), resolve: async () => [] };

/** The server of a test file with its background jobs running. */
export async function appWithWorker(overrides: Partial<Deps> = {}): Promise<TestApp> {
  // Made first, so that it is stopped last: hooks after a file run in the reverse of their order.
  const world = await testApp({ targets: loopback, retrySeconds: [1, 1], ...overrides });
  const jobs = startWorker(world.database.connection, world.deps);
  afterAll(() => jobs.stop(5000));
  return world;
}

export const allEvents = [
  'entry.created',
  'entry.updated',
  'entry.deleted',
  'entry.restored',
  'import.finished',
];

/** Makes a webhook and gives its id and secret. */
export async function addWebhook(
  someone: Person,
  url: string,
  events: readonly string[] = allEvents,
): Promise<{ id: string; secret: string }> {
  const { status, json, text } = await someone.call('POST', '/webhooks', { body: { url, events } });
  if (status !== 201) throw new Error(text);
  return { id: json.id, secret: json.secret };
}

export interface Delivery {
  id: string;
  event: string;
  state: string;
  attempts: { at: string; status: number | null; duration_ms: number; error: string | null }[];
  next_attempt_at: string | null;
}

/** The log of a webhook, newest first. */
export async function deliveriesOf(someone: Person, webhook: string): Promise<Delivery[]> {
  const { json } = await someone.call('GET', `/webhooks/${webhook}/deliveries?limit=100`);
  return json.deliveries as Delivery[];
}
