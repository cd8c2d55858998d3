import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ClientConfig } from 'pg';
import { expect, onTestFinished, test } from 'vitest';
import { findBinaries } from '../../src/db/embedded/binaries.ts';
import { findPostmaster, readPidFile } from '../../src/db/embedded/postmaster.ts';
import { spawnOptions } from '../../src/db/embedded/run.ts';
import { startEmbedded } from '../../src/db/embedded/start.ts';
import { onServer } from '../database.ts';
import { isRoot, recordingLog, settings, silent, start } from './scratch.ts';
import { nobody } from '../nobody.ts';
import { connectionOf, startProcess } from './start-process.ts';
import { useTemplate, words } from './template.ts';

const copyOfTemplate = useTemplate();

test.each([
  ['over a socket', 'data'],
  ['over TCP', 'd'.repeat(100)],
])('when every process of PostgreSQL is killed it heals at the same address, %s', async (_, name) => {
  const dataDir = copyOfTemplate(name);
  const { log, messages } = recordingLog();
  const { connection, stop } = await start(dataDir, 'serve', log);
  const before = findPostmaster(join(dataDir, 'postgres'));
  await killAll(connection, dataDir);
  await expect.poll(() => words(connection).catch(String)).toEqual(['kept']);

  expect(findPostmaster(join(dataDir, 'postgres'))?.pid).not.toBe(before?.pid);
  await expect.poll(messages).toContain('PostgreSQL runs again');
  await expect(start(dataDir)).rejects.toThrow('already serves');
  await stop();
  expect(findPostmaster(join(dataDir, 'postgres'))).toBeNull();
});

test('when PostgreSQL is killed twice in a row it heals twice, and once more when one connection is: the installation is taken again', async () => {
  const dataDir = copyOfTemplate();
  const { log, messages } = recordingLog();
  const { connection } = await start(dataDir, 'serve', log);
  const healed = () => messages().filter((message) => message === 'PostgreSQL runs again').length;
  for (const times of [1, 2]) {
    process.kill(findPostmaster(join(dataDir, 'postgres'))?.pid ?? 0, 'SIGKILL');
    await expect.poll(healed).toBe(times);
  }
  expect(await words(connection)).toEqual(['kept']);
  const [row] = await onServer<{ pid: number }>(
    `select pid from pg_stat_activity where datname = 'postgres'`,
    connection,
  );
  process.kill(Number(row?.['pid']), 'SIGKILL');
  await expect.poll(healed).toBe(3);
  await expect(start(dataDir)).rejects.toThrow('already serves');
});

test('when the server is killed the next one takes over the PostgreSQL that it left', async () => {
  const dataDir = copyOfTemplate();
  const killed = await startProcess(dataDir);
  await onServer(`insert into words values ('last')`, connectionOf(killed));
  await killed.kill();
  const left = findPostmaster(join(dataDir, 'postgres'));
  expect(left).not.toBeNull();

  const { log, messages } = recordingLog();
  const next = await start(dataDir, 'serve', log);
  expect(messages()).toContain('PostgreSQL runs already; this server takes it over');
  expect(findPostmaster(join(dataDir, 'postgres'))).toEqual(left);
  expect(await words(next.connection)).toEqual(['kept', 'last']);
  await next.stop();
  expect(findPostmaster(join(dataDir, 'postgres'))).toBeNull();
});

test('when the server and PostgreSQL are killed the next start recovers', async () => {
  const dataDir = copyOfTemplate();
  const killed = await startProcess(dataDir);
  await onServer(`insert into words values ('last')`, connectionOf(killed));
  await killed.kill();
  await killAll(connectionOf(killed), dataDir);
  expect(existsSync(join(dataDir, 'postgres', 'postmaster.pid'))).toBe(true);
  const { connection } = await start(dataDir);
  expect(await words(connection)).toEqual(['kept', 'last']);
});

test('a postmaster.pid does not stop the start that names another program of the same user', async () => {
  const dataDir = copyOfTemplate();
  const stranger = spawn('sleep', ['600'], isRoot ? { ...nobody(), cwd: '/' } : {});
  onTestFinished(() => void stranger.kill());
  await once(stranger, 'spawn');
  writePidFile(
    dataDir,
    `${stranger.pid}\n${dataDir}/postgres\n1700000000\n5432\n\n\n       0         0\nready   \n`,
  );
  const { connection } = await start(dataDir);
  expect(await words(connection)).toEqual(['kept']);
  expect(stranger.exitCode).toBeNull();
});

test('a PostgreSQL that somebody started by hand on the same files keeps a second one from starting', async () => {
  const dataDir = copyOfTemplate();
  const cluster = join(dataDir, 'postgres');
  const { directory } = await findBinaries(isRoot ? nobody() : null, dataDir, silent);
  // A path of another form than ours: its process is not recognised, which leaves only PostgreSQL's own checks.
  const byHand = spawn(
    join(directory, 'bin', 'postgres'),
    ['-D', `${cluster}/../postgres`, '-c', 'listen_addresses=', '-k', cluster, '-p', '5433'],
    { ...spawnOptions(isRoot ? nobody() : null), stdio: 'ignore' },
  );
  const ended = once(byHand, 'exit');
  onTestFinished(async () => {
    byHand.kill('SIGQUIT');
    await ended;
  });
  const state = () => readFileSync(join(cluster, 'postmaster.pid'), 'utf8').split('\n')[7]?.trim();
  await expect.poll(state).toBe('ready');

  const ending = new AbortController();
  const starting = startEmbedded({ dataDir, purpose: 'serve', log: silent, settings, signal: ending.signal });
  const outcome = expect(starting).rejects.toBe('seen');
  const seen = () => readFileSync(join(dataDir, 'postgres.log'), 'utf8');
  await expect.poll(seen).toContain('shared memory block');
  ending.abort('seen');
  await outcome;
  expect(readPidFile(cluster)?.pid).toBe(byHand.pid);
  expect(byHand.exitCode).toBeNull();
});

test('an empty postmaster.pid of a crash does not stop the start', async () => {
  const dataDir = copyOfTemplate();
  const path = writePidFile(dataDir, '');
  utimesSync(path, 1_700_000_000, 1_700_000_000);
  const { connection } = await start(dataDir);
  expect(await words(connection)).toEqual(['kept']);
});

function writePidFile(dataDir: string, content: string): string {
  const path = join(dataDir, 'postgres', 'postmaster.pid');
  writeFileSync(path, content, { mode: 0o644 });
  return path;
}

/** Kills the postmaster first, so that it starts nothing anew, and all its children. */
async function killAll(connection: ClientConfig, dataDir: string): Promise<void> {
  const children = await onServer<{ pid: number }>('select pid from pg_stat_activity', connection);
  const postmaster = findPostmaster(join(dataDir, 'postgres'))?.pid ?? 0;
  for (const pid of [postmaster, ...children.map(({ pid }) => pid)]) {
    try {
      process.kill(pid, 'SIGKILL');
    } catch {
      // The child that answered the query has ended since, and others end by themselves without a postmaster.
    }
  }
  while (findPostmaster(join(dataDir, 'postgres'))?.pid === postmaster) await sleep(5);
}
