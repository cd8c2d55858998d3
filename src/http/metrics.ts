import { timingSafeEqual, hash } from 'node:crypto';
import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';
import type { Database } from '../db/connect.ts';
import type { Replica } from '../db/replica.ts';
import { unauthenticated } from './access.ts';
import type { RevisionCache } from './revision-cache.ts';
import type { Traffic } from './traffic.ts';
import type { App } from './types.ts';
import { whenOver } from './when-over.ts';

/** What the server counts of itself, for Prometheus. */
export interface Metrics {
  registry: Registry;
  /** Counts an answer that is a problem, by its code. */
  problem: (code: string) => void;
}

export interface Measured {
  db: Database;
  replica: Replica | null;
  traffic: Traffic;
  cache: RevisionCache;
}

export function makeMetrics(version: string): Metrics {
  const registry = new Registry();
  const registers = [registry];
  collectDefaultMetrics({ register: registry });
  new Gauge({
    name: 'daymark_build_info',
    help: 'The version that runs; always 1.',
    labelNames: ['version', 'node'],
    registers,
  }).set({ version, node: process.version }, 1);
  const problems = new Counter({
    name: 'daymark_problems_total',
    help: 'Answers that are problems, by their code: rate_limited, overloaded, timeout and so on.',
    labelNames: ['code'],
    registers,
  });
  return { registry, problem: (code) => problems.inc({ code }) };
}

/** Measures every request and what the server holds, and serves the figures to those who may see them. */
export function serveMetrics(app: App, metrics: Metrics, measured: Measured, token: string | null): void {
  countRequests(app, metrics.registry, measured.traffic);
  watchState(metrics.registry, measured);
  app.get('/metrics', { config: { access: 'free' }, schema: { hide: true } }, async (request, reply) => {
    if (!mayRead(request.raw, request.ip, token)) throw unauthenticated();
    const text = await metrics.registry.metrics();
    return reply
      .header('content-type', metrics.registry.contentType)
      .header('cache-control', 'no-store')
      .send(text);
  });
}

function countRequests(app: App, registry: Registry, traffic: Traffic): void {
  const durations = new Histogram({
    name: 'daymark_http_request_duration_seconds',
    help: 'Requests and how long they took, by route and status.',
    labelNames: ['method', 'route', 'status'],
    buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
    registers: [registry],
  });
  whenOver(app, traffic, (request, reply, status) => {
    // The pattern of the route: paths would make a series each.
    const route = request.routeOptions.url ?? 'none';
    durations.observe({ method: request.method, route, status }, reply.elapsedTime / 1000);
  });
}

function watchState(registry: Registry, { db, replica, traffic, cache }: Measured): void {
  const gauge = (name: string, help: string, read: () => number) =>
    new Gauge({
      name,
      help,
      registers: [registry],
      collect() {
        this.set(read());
      },
    });
  gauge('daymark_http_requests_in_flight', 'Requests of the API in hand.', () => traffic.pending);
  gauge('daymark_pool_connections', 'Connections to the database that are open.', () => db.pool.total);
  gauge('daymark_pool_in_use', 'Connections that run something.', () => db.pool.total - db.pool.idle);
  gauge('daymark_pool_waiting', 'Requests that wait for a connection.', () => db.pool.waiting);
  const counter = (name: string, help: string, read: () => number) =>
    new Counter({
      name,
      help,
      registers: [registry],
      collect() {
        this.reset();
        this.inc(read());
      },
    });
  counter('daymark_cache_hits_total', 'Answers found by revision.', () => cache.counts.hits);
  counter('daymark_cache_misses_total', 'Answers that had to be computed.', () => cache.counts.misses);
  if (replica !== null) countReads(registry, replica);
}

function countReads(registry: Registry, { counts }: Replica): void {
  new Counter({
    name: 'daymark_replica_reads_total',
    help: 'Reports read from the replica, or from the primary because the replica was behind or away.',
    labelNames: ['outcome'],
    registers: [registry],
    collect() {
      this.reset();
      for (const [outcome, n] of Object.entries(counts)) this.inc({ outcome }, n);
    },
  });
}

/**
 * Programs on this machine, or whoever has the token. A proxy on this machine passes strangers on: what names
 * another client in a header is not of this machine, whether that proxy is trusted or not.
 */
function mayRead(
  { headers }: { headers: NodeJS.Dict<string | string[]> },
  ip: string,
  token: string | null,
): boolean {
  const given = /^Bearer +(\S+) *$/i.exec(String(headers['authorization'] ?? ''))?.[1];
  if (given !== undefined) return token !== null && isSame(given, token);
  const isPassedOn = ['forwarded', 'x-forwarded-for', 'x-real-ip', 'via'].some((name) => name in headers);
  return !isPassedOn && /^(127\.|::1$|::ffff:127\.)/.test(ip);
}

function isSame(a: string, b: string): boolean {
  return timingSafeEqual(hash('sha256', a, 'buffer'), hash('sha256', b, 'buffer'));
}
