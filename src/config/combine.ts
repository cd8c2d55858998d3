import type { Setting } from './environment.ts';
import type { ConfigProblem } from './errors.ts';

type Settings = ReadonlyMap<string, Setting>;

const databaseParts = ['DB_HOST', 'DB_PORT', 'DB_USER', 'DB_PASSWORD', 'DB_NAME', 'DB_SSLMODE'];

/** Whether a PostgreSQL server is named at all; else the embedded one is meant. */
export function namesServer(settings: Settings): boolean {
  return settings.has('DATABASE_URL') || databaseParts.some((name) => settings.has(name));
}

/** What is wrong with variables together though each is right by itself. */
export function contradictions(settings: Settings): ConfigProblem[] {
  if (namesServer(settings)) return [];
  // Migrations would go to that server while the rows go to the embedded one.
  const alone = ['DATABASE_DIRECT_URL', 'DATABASE_REPLICA_URL'].flatMap((name) => settings.get(name) ?? []);
  return alone.map(({ variable }) => ({ variable, detail: 'is set without DATABASE_URL; set that too' }));
}

/** What is allowed and yet not what it looks like, a line each, for the log. */
export function remarks(
  settings: Settings,
  timeouts: { requestTimeoutMs: number; statementTimeoutMs: number },
): string[] {
  const unused = databaseParts.filter((name) => settings.has(name));
  const isReplaced = settings.has('DATABASE_URL') && unused.length > 0;
  const areBothSet = settings.has('REQUEST_TIMEOUT') && settings.has('STATEMENT_TIMEOUT');
  const isCutShort = areBothSet && timeouts.statementTimeoutMs > timeouts.requestTimeoutMs;
  const keepsNothing = settings.has('BACKUP_KEEP') && !settings.has('BACKUP_DIR');
  return [
    ...(isReplaced ? [`DATABASE_URL is set, so these are not used: ${unused.join(', ')}`] : []),
    ...(isCutShort ? ['STATEMENT_TIMEOUT is longer than REQUEST_TIMEOUT, which ends a request first'] : []),
    ...(keepsNothing ? ['BACKUP_KEEP is set without BACKUP_DIR, so no backups are made'] : []),
  ];
}
