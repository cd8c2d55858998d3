import { ConfigError, loadConfig, type Config } from '../config.ts';
import { databaseFault } from '../db/errors.ts';
import { backups } from '../doctor/backups.ts';
import { examineDatabase } from '../doctor/database.ts';
import { diskSpace } from '../doctor/disk.ts';
import { filePermissions } from '../doctor/files.ts';
import { ok, problem, type Finding, type State } from '../doctor/finding.ts';
import { publicAddress, registration } from '../doctor/network.ts';
import { redis } from '../doctor/redis.ts';
import { replica } from '../doctor/replica.ts';
import { exitCodes, StartError } from '../exit.ts';
import { openInstallation, type Installation } from '../installation.ts';
import { makeSilentLog } from '../log.ts';
import { migrations } from '../migrations.ts';
import { untilInterrupted } from './interrupt.ts';
import { paint } from './table.ts';

/**
 * `doctor`: exit code 0 where nothing is worse than a warning, 1 for a problem, 69 where the database is not to
 * be reached, 78 where the configuration is wrong; where the database refuses to start, what `serve` would give.
 */
export async function doctor({ json = false }: { json?: boolean }): Promise<void> {
  const { findings, exitCode } = await examine();
  if (json) console.log(JSON.stringify({ findings }, null, 2));
  else for (const finding of findings) console.log(lineOf(finding));
  process.exitCode = exitCode;
}

interface Examined {
  findings: Finding[];
  exitCode: number;
}

async function examine(): Promise<Examined> {
  let config: Config;
  try {
    ({ config } = loadConfig(process.env, process.cwd(), false));
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    const findings = error.problems.map(({ variable, detail }) =>
      problem('configuration', `${variable}: ${detail}`, 'mend it; .env.example describes every variable'),
    );
    return { findings, exitCode: exitCodes.configuration };
  }
  const here = await hostFindings(config);
  const { findings, exitCode } = await databaseFindings(config);
  const all = [ok('configuration', 'every variable can be read'), ...findings, ...here];
  const hasProblem = all.some(({ state }) => state === 'problem');
  return { findings: all, exitCode: exitCode || (hasProblem ? exitCodes.failed : exitCodes.done) };
}

async function hostFindings(config: Config): Promise<Finding[]> {
  const { dataDir, backupDir, redisUrl } = config;
  const kept = [
    ...(config.database.kind === 'embedded' ? [dataDir] : []),
    ...(backupDir === null ? [] : [backupDir]),
  ];
  return [
    await redis(redisUrl),
    diskSpace(kept),
    filePermissions({ dataDir, backupDir, cwd: process.cwd() }),
    backups(backupDir, Date.now()),
    registration(config),
    publicAddress(config),
  ];
}

async function databaseFindings(config: Config): Promise<Examined> {
  return untilInterrupted(async (signal) => {
    try {
      const installation = await openInstallation(config, makeSilentLog(), 'command', signal);
      const findings = await findingsOf(config, installation).finally(() => installation.stop());
      signal.throwIfAborted();
      return { findings, exitCode: exitCodes.done };
    } catch (error) {
      signal.throwIfAborted();
      return unreachable(error, config);
    }
  });
}

async function findingsOf(
  { database, dbPoolSize, replica: replicaServer }: Config,
  { direct }: Installation,
): Promise<Finding[]> {
  const reached = ok('database', database.kind === 'embedded' ? 'the embedded one answers' : 'it answers');
  const examined = await examineDatabase(direct, { migrations, poolSize: dbPoolSize });
  return [reached, ...examined, await replica(replicaServer, direct)];
}

function unreachable(error: unknown, { database }: Config): Examined {
  const message = error instanceof Error ? error.message : String(error);
  const mend =
    database.kind === 'server'
      ? 'start it, or mend DATABASE_URL (host, port, user, password, database); without that variable Daymark brings its own'
      : 'mend that, or set DATABASE_URL to use a PostgreSQL of your own';
  if (error instanceof StartError) {
    return { findings: [problem('database', message, mend)], exitCode: error.exitCode };
  }
  if (databaseFault(error, {})?.kind !== 'unavailable') throw error;
  return {
    findings: [problem('database', `it cannot be reached: ${message}`, mend)],
    exitCode: exitCodes.databaseUnreachable,
  };
}

const marks: Record<State, { mark: string; style: 'green' | 'yellow' | 'red' }> = {
  ok: { mark: '✓ ok     ', style: 'green' },
  warning: { mark: '! warning', style: 'yellow' },
  problem: { mark: '✗ problem', style: 'red' },
};

function lineOf({ name, state, finding, mend }: Finding): string {
  const { mark, style } = marks[state];
  const line = `${paint(process.stdout, style, mark)}  ${name.padEnd(16)}  ${finding}`;
  return mend === null ? line : `${line}\n${' '.repeat(11)}${' '.repeat(18)}→ ${mend}`;
}
