import { setTimeout as sleep } from 'node:timers/promises';
import { Gauge, type Registry } from 'prom-client';
import type { Database } from './db/connect.ts';
import { queueProgress } from './jobs/queries.ts';
import { deliveryProgress } from './webhooks/delivery-queries.ts';

type Sample = [labels: Record<string, string>, value: number];

/** Shows how far background work has come, whichever process does it: the figures are the database's. */
export function watchJobs(registry: Registry, db: Database): void {
  const queue = joined(() => queueProgress(db));
  gauge(registry, 'daymark_jobs', 'Background jobs by kind and state.', ['kind', 'state'], async () =>
    (await queue()).flatMap(({ job, due, running, scheduled, failed }) =>
      Object.entries({ due, running, scheduled, failed }).map(([state, n]): Sample => [
        { kind: job, state },
        n,
      ]),
    ),
  );
  gauge(
    registry,
    'daymark_job_oldest_due_seconds',
    'How long the oldest due job waits.',
    ['kind'],
    async () =>
      (await queue()).map(({ job, oldest_due_seconds: seconds }): Sample => [{ kind: job }, seconds]),
  );
  const deliveries =
    'Deliveries of webhooks by state: those of the last day, all that wait for an attempt, and those given up within a day.';
  gauge(registry, 'daymark_deliveries', deliveries, ['state'], async () =>
    (await deliveryProgress(db)).map(({ state, deliveries: n }): Sample => [{ state }, n]),
  );
}

/** One read for all figures that are collected at the same time. */
function joined<T>(read: () => Promise<T>): () => Promise<T> {
  let running: Promise<T> | undefined;
  return () => (running ??= read().finally(() => (running = undefined)));
}

// A database that is slow or away must not take the other figures along.
const patienceMs = 1000;

function gauge(
  registry: Registry,
  name: string,
  help: string,
  labelNames: string[],
  read: () => Promise<Sample[]>,
): void {
  new Gauge({
    name,
    help,
    labelNames,
    registers: [registry],
    async collect() {
      const unknown = (): Sample[] => [];
      const samples = await Promise.race([
        read().catch(unknown),
        sleep(patienceMs, undefined, { ref: false }).then(unknown),
      ]);
      this.reset();
      for (const [labels, value] of samples) this.set(labels, value);
    },
  });
}
