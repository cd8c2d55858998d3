import { commonPasswords } from '../accounts/common-passwords.ts';
import { passwords } from '../accounts/passwords.ts';
import type { Deps } from '../app.ts';
import type { Config } from '../config.ts';
import { builtWebApp } from '../http/web-app.ts';
import { statisticsThread } from '../insights/thread/statistics-thread.ts';
import { secretKey } from '../secret-key.ts';
import { packageVersion } from '../version.ts';
import { addressRules } from '../webhooks/addresses.ts';
import { systemResolve } from '../webhooks/resolve.ts';

/** What the server is built from: the parts that live, and what the configuration says of the rest. */
export function depsOf(
  config: Config,
  parts: Pick<Deps, 'db' | 'replica' | 'log' | 'health' | 'limiter'>,
): Deps {
  return {
    ...parts,
    passwords: passwords(),
    isCommonPassword: commonPasswords(),
    secretKey: secretKey(config.secretKey, config.dataDir),
    version: packageVersion(),
    publicUrl: config.publicUrl,
    trustedProxies: config.trustedProxies.map(({ address, prefix }) => `${address}/${prefix}`),
    registration: config.registration,
    requestTimeoutMs: config.requestTimeoutMs,
    maxPending: config.maxPending,
    metricsToken: config.metricsToken,
    development: process.env['NODE_ENV'] === 'development',
    rateLimit: config.rateLimit,
    loginLimit: config.loginLimit,
    targets: { addresses: addressRules(config.webhookAllowNets), resolve: systemResolve() },
    retrySeconds: config.webhookRetrySeconds,
    statistics: statisticsThread(),
    webApp: builtWebApp(),
  };
}
