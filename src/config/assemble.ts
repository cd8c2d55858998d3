import type { ClientConfig } from 'pg';
import { conceal, deepFreeze } from './concealed.ts';
import type { Config, DatabaseConfig } from './shape.ts';
import { tlsOptions } from './tls.ts';
import type { Values } from './variables.ts';

const hidden = '(hidden)';

/** The frozen configuration out of what was read; printed or as JSON it shows no secret. */
export function assemble(values: Values, hasServer: boolean, isTerminal: boolean): Config {
  const config: Config = {
    host: values.HOST,
    port: values.PORT,
    ...databases(values, hasServer),
    ...limits(values),
    ...webhooks(values),
    dataDir: values.DATA_DIR,
    redisUrl: values.REDIS_URL,
    publicUrl: values.PUBLIC_URL,
    trustedProxies: values.TRUSTED_PROXIES ?? [],
    registration: values.REGISTRATION,
    worker: values.WORKER,
    secretKey: values.SECRET_KEY,
    backupDir: values.BACKUP_DIR,
    backupKeep: values.BACKUP_KEEP,
    metricsToken: values.METRICS_TOKEN,
    logLevel: values.LOG_LEVEL,
    logFormat: values.LOG_FORMAT ?? (isTerminal ? 'pretty' : 'json'),
  };
  return deepFreeze(conceal(config, { ...config, ...masks(config) }));
}

function databases(values: Values, hasServer: boolean) {
  const database = hasServer ? server(values.DATABASE_URL ?? fromParts(values)) : embedded;
  const direct = values.DATABASE_DIRECT_URL;
  return {
    database,
    directDatabase: direct === null ? database : server(direct),
    replica: values.DATABASE_REPLICA_URL,
    dbPoolSize: values.DB_POOL_SIZE,
    dbPrepare: values.DB_PREPARE,
  };
}

const embedded: DatabaseConfig = { kind: 'embedded' };

function server(connection: ClientConfig): DatabaseConfig {
  return conceal({ kind: 'server', connection }, { kind: 'server', connection: hidden });
}

function fromParts(values: Values): ClientConfig {
  const host = values.DB_HOST;
  return {
    host,
    port: values.DB_PORT,
    user: values.DB_USER,
    database: values.DB_NAME,
    // PostgreSQL speaks no TLS over a Unix socket.
    ssl: tlsOptions(host.startsWith('/') ? 'disable' : values.DB_SSLMODE, {}, ''),
    ...(values.DB_PASSWORD === null ? {} : { password: values.DB_PASSWORD }),
  };
}

function limits(values: Values) {
  return {
    rateLimit: { requests: values.RATE_LIMIT_REQUESTS, windowSeconds: values.RATE_LIMIT_WINDOW },
    loginLimit: { attempts: values.LOGIN_LIMIT_ATTEMPTS, windowSeconds: values.LOGIN_LIMIT_WINDOW },
    requestTimeoutMs: values.REQUEST_TIMEOUT,
    statementTimeoutMs: values.STATEMENT_TIMEOUT,
    shutdownDelayMs: values.SHUTDOWN_DELAY,
    shutdownTimeoutMs: values.SHUTDOWN_TIMEOUT,
    maxPending: values.MAX_PENDING,
  };
}

function webhooks(values: Values) {
  return {
    webhookAllowNets: values.WEBHOOK_ALLOW_NETS ?? [],
    webhookRetrySeconds: values.WEBHOOK_RETRY_SECONDS,
  };
}

function masks({ replica, redisUrl, secretKey, metricsToken }: Config): object {
  const secrets = { replica, redisUrl, secretKey, metricsToken };
  return Object.fromEntries(
    Object.entries(secrets).map(([name, value]) => [name, value === null ? null : hidden]),
  );
}
