import { Redis } from 'ioredis';
import { ok, warning, type Finding } from './finding.ts';

const patienceMs = 2000;

/** Whether the Redis that is configured answers. Without it everything works, but each node limits rates by itself. */
export async function redis(url: string | null): Promise<Finding> {
  const name = 'redis';
  if (url === null) return ok(name, 'none is configured; one node needs none');
  const client = new Redis(url, {
    lazyConnect: true,
    connectTimeout: patienceMs,
    commandTimeout: patienceMs,
    maxRetriesPerRequest: 0,
    retryStrategy: () => null,
  });
  client.on('error', () => undefined);
  try {
    await client.connect();
    await client.ping();
    return ok(name, 'it answers');
  } catch {
    return warning(
      name,
      'it does not answer: each node limits rates by itself',
      'start it, or mend REDIS_URL; without more than one node take REDIS_URL away',
    );
  } finally {
    client.disconnect();
  }
}
