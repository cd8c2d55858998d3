import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { onServer } from '../database.ts';
import { scratch, start } from './scratch.ts';
import { connectionOf, startProcess } from './start-process.ts';
import { useTemplate, words } from './template.ts';

const copyOfTemplate = useTemplate();

test('of two processes that start at once on an empty directory one serves and the other is refused', async () => {
  const dataDir = join(scratch(), 'data');
  const processes = await Promise.all([startProcess(dataDir), startProcess(dataDir)]);
  const [winner, ...others] = processes.filter(({ answer }) => !('error' in answer));
  expect(others).toEqual([]);
  expect(processes.find(({ answer }) => 'error' in answer)?.answer).toEqual({
    error: `another Daymark (process ${winner?.pid}) already serves ${dataDir}; stop it first or set another DATA_DIR`,
    exitCode: 1,
  });
  expect(await onServer('select 1 as one', connectionOf(winner!))).toEqual([{ one: 1 }]);
  expect(await winner?.stop()).toBe(0);
  expect(readdirSync(dataDir).sort()).toEqual(['postgres', 'postgres.log']);
});

test('so it is over TCP, where each of them picks a port', async () => {
  const dataDir = copyOfTemplate('d'.repeat(100));
  const starts = await Promise.allSettled([start(dataDir), start(dataDir), start(dataDir)]);
  const served = starts.filter((each) => each.status === 'fulfilled');
  expect(served).toHaveLength(1);
  for (const each of starts.filter((one) => one.status === 'rejected')) {
    expect(each.reason).toMatchObject({
      exitCode: 1,
      message: expect.stringContaining('already serves') as string,
    });
  }
  expect(await words(served[0]!.value.connection)).toEqual(['kept']);
});

test('commands that start at once on an empty directory share one PostgreSQL', async () => {
  const dataDir = join(scratch(), 'data');
  const [one, two] = await Promise.all([start(dataDir, 'command'), start(dataDir, 'command')]);
  await onServer('create table meeting (word text)', one.connection);
  expect(await onServer('select word from meeting', two.connection)).toEqual([]);
  await Promise.all([one.stop(), two.stop()]);
  expect(readdirSync(join(dataDir, 'postgres'))).not.toContain('postmaster.pid');
});

test('a second server is refused and the first goes on', async () => {
  const dataDir = copyOfTemplate();
  const { connection } = await start(dataDir);
  await expect(start(dataDir)).rejects.toMatchObject({ exitCode: 1 });
  expect(await words(connection)).toEqual(['kept']);
});

test('a server that starts while the first one stops gets the installation', async () => {
  const dataDir = copyOfTemplate();
  const first = await start(dataDir);
  const starting = start(dataDir);
  await first.stop();
  const second = await starting;
  expect(await words(second.connection)).toEqual(['kept']);
});
