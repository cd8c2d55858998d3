import { existsSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { findPostmaster } from '../../src/db/embedded/postmaster.ts';
import { serverArguments } from '../../src/db/embedded/settings.ts';
import { startEmbedded } from '../../src/db/embedded/start.ts';
import { onServer } from '../database.ts';
import { recordingLog, scratch, settings, silent, start } from './scratch.ts';
import { connectionOf, startProcess } from './start-process.ts';
import { useTemplate, words } from './template.ts';

const copyOfTemplate = useTemplate();

test('the first start makes a database, also below a path with blanks, quotes and commas', async () => {
  const dataDir = join(scratch(), `a "new", it's`, 'data');
  const { log, messages } = recordingLog();
  const { connection, version, stop } = await start(dataDir, 'serve', log);

  expect(version).toMatch(/^18\.\d+$/);
  expect(await onServer('select current_user, current_database()', connection)).toEqual([
    { current_user: 'daymark', current_database: 'daymark' },
  ]);
  expect(await onServer('show data_checksums', connection)).toEqual([{ data_checksums: 'on' }]);
  expect(await onServer(`select 'Ä' < 'b' as by_code_point, lower('ÀÉ') as lower`, connection)).toEqual([
    { by_code_point: false, lower: 'àé' },
  ]);
  expect(messages()).toEqual([`making a database in ${dataDir}`]);
  await stop();
  expect(findPostmaster(join(dataDir, 'postgres'))).toBeNull();
  expect(readdirSync(dataDir).sort()).toEqual(['postgres', 'postgres.log']);
});

test('a later start finds the data, and stopping twice is stopping once', async () => {
  const dataDir = copyOfTemplate();
  const first = await start(dataDir);
  expect(await words(first.connection)).toEqual(['kept']);
  await onServer(`insert into words values ('more')`, first.connection);
  await Promise.all([first.stop(), first.stop()]);
  const second = await start(dataDir);
  expect(second.connection).toEqual(first.connection);
  expect(await words(second.connection)).toEqual(['kept', 'more']);
});

test('nothing that makes a commit durable is off by default', () => {
  const given = serverArguments('/cluster', { host: '/cluster', port: 5432 }, {}).join(' ');
  expect(given).toContain('-c unix_socket_permissions=0700');
  expect(given).not.toMatch(/(fsync|synchronous_commit|full_page_writes)=/);
});

test('where the path is too long for a socket, TCP with a password takes its place', async () => {
  const dataDir = copyOfTemplate('d'.repeat(100));
  const { connection } = await start(dataDir);
  expect(connection).toMatchObject({ host: '127.0.0.1', password: expect.any(String) as string });
  expect(await words(connection)).toEqual(['kept']);
  await expect(onServer('select 1', { ...connection, password: 'guess' })).rejects.toThrow('password');
  expect(readdirSync(join(dataDir, 'postgres')).filter((name) => name.startsWith('.s.'))).toEqual([]);
  const command = await startProcess(dataDir, 'command');
  expect(connectionOf(command)).toEqual(connection);
});

test('a command shares the PostgreSQL of a server and leaves it running', async () => {
  const dataDir = copyOfTemplate();
  const server = await start(dataDir);
  const command = await startProcess(dataDir, 'command');
  expect(connectionOf(command)).toEqual(server.connection);
  expect(await command.stop()).toBe(0);
  expect(await words(server.connection)).toEqual(['kept']);
});

test('a command without a server starts PostgreSQL and ends it', async () => {
  const dataDir = copyOfTemplate();
  const command = await start(dataDir, 'command');
  expect(await words(command.connection)).toEqual(['kept']);
  await command.stop();
  expect(existsSync(join(dataDir, 'postgres', 'postmaster.pid'))).toBe(false);
});

test('who leaves last ends PostgreSQL: a server under a command, and a command under a server', async () => {
  const dataDir = copyOfTemplate();
  const command = await start(dataDir, 'command');
  const server = await startProcess(dataDir, 'serve');
  await command.stop();
  expect(await words(connectionOf(server))).toEqual(['kept']);
  const second = await start(dataDir, 'command');
  expect(await server.stop()).toBe(0);
  expect(await words(second.connection)).toEqual(['kept']);
  await second.stop();
  expect(findPostmaster(join(dataDir, 'postgres'))).toBeNull();
});

test('a start that is aborted on its way leaves nothing running', async () => {
  const dataDir = copyOfTemplate();
  const logFile = join(dataDir, 'postgres.log');
  rmSync(logFile);
  const ending = new AbortController();
  const reason = new Error('ending');
  const starting = startEmbedded({ dataDir, purpose: 'serve', log: silent, settings, signal: ending.signal });
  const outcome = expect(starting).rejects.toBe(reason);
  // The log is opened just before PostgreSQL is started.
  while (!existsSync(logFile)) await sleep(1);
  ending.abort(reason);
  await outcome;
  expect(findPostmaster(join(dataDir, 'postgres'))).toBeNull();
});
