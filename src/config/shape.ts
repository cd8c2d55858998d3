import type { ClientConfig } from 'pg';
import type { Network } from './addresses.ts';
import type { Values } from './variables.ts';

/** Which PostgreSQL: the embedded one under `dataDir`, or a server. */
export type DatabaseConfig =
  { readonly kind: 'embedded' } | { readonly kind: 'server'; readonly connection: ClientConfig };

/** All that can be set from outside. Paths are absolute, times in the unit of their name. */
export interface Config {
  readonly host: string;
  readonly port: number;
  readonly database: DatabaseConfig;
  /** The way around a transaction pooler; the same as `database` where none is named. */
  readonly directDatabase: DatabaseConfig;
  readonly replica: ClientConfig | null;
  readonly dbPoolSize: number;
  readonly dbPrepare: boolean;
  readonly dataDir: string;
  readonly redisUrl: string | null;
  /** An origin: no slash at the end. */
  readonly publicUrl: string | null;
  readonly trustedProxies: readonly Network[];
  readonly registration: Values['REGISTRATION'];
  readonly rateLimit: { readonly requests: number; readonly windowSeconds: number };
  readonly loginLimit: { readonly attempts: number; readonly windowSeconds: number };
  readonly requestTimeoutMs: number;
  readonly statementTimeoutMs: number;
  readonly shutdownDelayMs: number;
  readonly shutdownTimeoutMs: number;
  readonly maxPending: number;
  readonly worker: boolean;
  readonly webhookAllowNets: readonly Network[];
  readonly webhookRetrySeconds: readonly number[];
  /** 32 bytes; null where they are to be kept under `dataDir`. */
  readonly secretKey: Buffer | null;
  readonly backupDir: string | null;
  readonly backupKeep: number;
  readonly metricsToken: string | null;
  readonly logLevel: Values['LOG_LEVEL'];
  readonly logFormat: 'json' | 'pretty';
}
