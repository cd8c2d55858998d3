import { accountConstraints } from './accounts/constraints.ts';
import type { LoginLimit } from './accounts/guesses.ts';
import { meRoutes } from './accounts/me-routes.ts';
import type { Passwords } from './accounts/passwords.ts';
import { authRoutes } from './accounts/routes.ts';
import { sessionRoutes } from './accounts/session-routes.ts';
import { sessions } from './accounts/sessions.ts';
import type { Database } from './db/connect.ts';
import type { Replica } from './db/replica.ts';
import { entryConstraints } from './entries/constraints.ts';
import { entryRoutes } from './entries/routes.ts';
import { vocabularyRoutes } from './entries/vocabulary-routes.ts';
import { controlAccess } from './http/access.ts';
import { sessionCookie } from './http/credentials.ts';
import { cursors } from './http/cursor.ts';
import { errorHandler } from './http/errors.ts';
import { explainPlans } from './http/explain.ts';
import { followPhase, healthRoutes, type Health } from './http/health.ts';
import { answersOnce } from './http/idempotency.ts';
import { readJsonBodies } from './http/json-body.ts';
import { answerUnrouted } from './http/not-found.ts';
import { publishContract } from './http/openapi.ts';
import { makeMetrics, serveMetrics } from './http/metrics.ts';
import { logRequests } from './http/request-log.ts';
import { revisionCache } from './http/revision-cache.ts';
import { problemSchema } from './http/schemas.ts';
import { seal } from './http/seal.ts';
import { protect } from './http/security-headers.ts';
import { makeServer } from './http/server.ts';
import { lingerOverUnreadBodies } from './http/lingering-close.ts';
import { followTraffic, type Traffic } from './http/traffic.ts';
import type { App } from './http/types.ts';
import type { Limiter, RateLimit } from './http/sliding-window.ts';
import { refuseUnknownQueries, schemaCompiler } from './http/validation.ts';
import { insightRoutes } from './insights/routes.ts';
import type { StatisticsThread } from './insights/thread/statistics-thread.ts';
import { watchJobs } from './job-metrics.ts';
import { serveWebApp } from './http/web-app.ts';
import type { Log } from './log.ts';
import { exportRoutes } from './transfer/export-routes.ts';
import { importRoutes } from './transfer/import-routes.ts';
import { webhookConstraints } from './webhooks/constraints.ts';
import { deliveryRoutes } from './webhooks/delivery-routes.ts';
import { webhookRoutes } from './webhooks/routes.ts';
import type { TargetRules } from './webhooks/target.ts';

/** All that the server is built from. */
export interface Deps {
  db: Database;
  /** A streaming replica that reads for reports; null where there is none. */
  replica: Replica | null;
  log: Log;
  health: Health;
  passwords: Passwords;
  isCommonPassword: (password: string) => boolean;
  secretKey: Buffer;
  version: string;
  publicUrl: string | null;
  trustedProxies: string[];
  registration: 'open' | 'first' | 'closed';
  requestTimeoutMs: number;
  maxPending: number;
  metricsToken: string | null;
  /** Plans of statements are told to whoever asks. */
  development: boolean;
  limiter: Limiter;
  rateLimit: RateLimit;
  loginLimit: LoginLimit;
  /** Where webhooks may lead. */
  targets: TargetRules;
  /** Seconds before each further attempt of a delivery. */
  retrySeconds: readonly number[];
  /** Computes reports; closed by whoever made it, after the app. */
  statistics: StatisticsThread;
  /** The folder of the built web app; null for a server without one. */
  webApp: string | null;
}

/** The whole server, not yet listening: first what every request passes, then one line per feature. */
export async function buildApp(deps: Deps): Promise<App> {
  const { db, replica, health, publicUrl, limiter, rateLimit } = deps;
  const traffic: Traffic = { pending: 0, whenGone: [] };
  const metrics = makeMetrics(deps.version);
  const app = makeServer(deps, traffic, metrics.problem);
  const cookie = sessionCookie(publicUrl);
  const found = sessions(db, (error) => deps.log.warn({ err: error }, 'the use of a session was not noted'));

  app.setValidatorCompiler(schemaCompiler());
  app.setSerializerCompiler(() => (answer) => JSON.stringify(answer));
  app.setErrorHandler(
    errorHandler({ ...accountConstraints, ...entryConstraints, ...webhookConstraints }, metrics.problem),
  );
  app.addSchema(problemSchema);
  readJsonBodies(app);
  if (deps.development) explainPlans(app);
  refuseUnknownQueries(app);
  answerUnrouted(app, deps.webApp !== null);
  followTraffic(app, traffic, db, deps.requestTimeoutMs);
  logRequests(app, traffic);
  protect(app, publicUrl);
  followPhase(app, health);
  lingerOverUnreadBodies(app);
  await publishContract(app, deps.version);
  await serveWebApp(app, deps.webApp);
  controlAccess(app, { findAccount: (token) => found.find(token), cookie, publicUrl, limiter, rateLimit });
  healthRoutes(app, health);
  const cache = revisionCache();
  watchJobs(metrics.registry, db);
  serveMetrics(app, metrics, { db, replica, traffic, cache }, deps.metricsToken);

  const sealed = seal(deps.secretKey);
  const parts = {
    ...deps,
    seal: sealed,
    cookie,
    sessions: found,
    cursors: cursors(deps.secretKey),
    answers: answersOnce(sealed),
    cache,
  };
  await app.register(
    (api, _options, done) => {
      authRoutes(api, parts);
      meRoutes(api, parts);
      sessionRoutes(api, parts);
      entryRoutes(api, parts);
      vocabularyRoutes(api, parts);
      insightRoutes(api, parts);
      webhookRoutes(api, parts);
      deliveryRoutes(api, parts);
      importRoutes(api, parts);
      exportRoutes(api);
      done();
    },
    { prefix: '/api/v1' },
  );
  return app;
}
