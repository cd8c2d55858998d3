import { execFileSync } from 'node:child_process';
import { chmodSync, chownSync, mkdirSync, readlinkSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { canEnter } from '../../src/db/embedded/account.ts';
import { run } from '../../src/db/embedded/run.ts';
import { onServer } from '../database.ts';
import { isRoot, recordingLog, scratch, start } from './scratch.ts';
import { nobody } from '../nobody.ts';
import { connectionOf, startProcess } from './start-process.ts';
import { useTemplate, words } from './template.ts';

if (!isRoot) console.warn('skipped: what PostgreSQL does for root is tested by root only');

describe.skipIf(!isRoot)('started by root', () => {
  const copyOfTemplate = useTemplate();

  test('PostgreSQL runs as nobody, and its files are closed to others', async () => {
    const dataDir = copyOfTemplate();
    await start(dataDir);
    const { uid, mode } = statSync(join(dataDir, 'postgres'));
    expect({ uid, mode: mode & 0o777 }).toEqual({ uid: nobody().uid, mode: 0o700 });
    expect(statSync(join(dataDir, 'postgres', '.s.PGSQL.5432')).uid).toBe(nobody().uid);
  });

  test('below a closed directory the database lies elsewhere, of two that start at once one makes the link there and one serves, and modes stay', async () => {
    const closed = closedDirectory();
    const dataDir = join(closed, 'data');
    const { log, messages } = recordingLog();
    const starts = await Promise.allSettled([start(dataDir, 'serve', log), start(dataDir, 'serve', log)]);
    expect(starts.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    const [first] = starts.filter((each) => each.status === 'fulfilled').map(({ value }) => value);
    const link = join(dataDir, 'postgres');
    const target = readlinkSync(link);
    expect(target).toMatch(/^\/var\/lib\/daymark\/postgres-[0-9a-f]{16}$/);
    const told = messages().filter((message) => message.includes('cannot reach'));
    expect(told).toEqual([
      `the user who runs PostgreSQL for root cannot reach ${dataDir}: ` +
        `the database lies in ${target}, and ${link} is a link to it`,
    ]);
    await onServer(`create table words as select 'kept' as word`, first!.connection);
    await first!.stop();
    const second = await start(dataDir);
    expect(await words(second.connection)).toEqual(['kept']);
    expect(statSync(closed).mode & 0o777).toBe(0o700);
  });

  test('a database that was moved below a closed directory is refused with what to do', async () => {
    const dataDir = join(closedDirectory(), 'data');
    execFileSync('cp', ['-a', copyOfTemplate(), dataDir]);
    await expect(start(dataDir)).rejects.toMatchObject({
      exitCode: 78,
      message: expect.stringMatching(/^DATA_DIR: .*cannot reach .*chmod o\+x/) as string,
    });
  });

  test('a database whose files belong to root, as a copy leaves them, is given to nobody', async () => {
    const dataDir = copyOfTemplate();
    execFileSync('chown', ['-R', '0:0', dataDir]);
    const { connection } = await start(dataDir);
    expect(await words(connection)).toEqual(['kept']);
  });

  test('a database of an ordinary user is run as that user', async () => {
    const dataDir = copyOfTemplate();
    execFileSync('chown', ['-R', '12345:12345', dataDir]);
    const { connection } = await start(dataDir);
    expect(await words(connection)).toEqual(['kept']);
    expect(statSync(join(dataDir, 'postgres', '.s.PGSQL.5432')).uid).toBe(12345);
  });
});

describe.skipIf(!isRoot)('started by an ordinary user', () => {
  test('it makes a database, which root can serve later and give back', async (context) => {
    const { user, dataDir } = await ordinaryUser(context);
    const first = await startProcess(dataDir, 'serve', user);
    await onServer(`create table words as select 'kept' as word`, connectionOf(first));
    expect(await first.stop()).toBe(0);
    const byRoot = await start(dataDir);
    expect(await words(byRoot.connection)).toEqual(['kept']);
    await byRoot.stop();
    const again = await startProcess(dataDir, 'command', user);
    expect(await words(connectionOf(again))).toEqual(['kept']);
  });

  test('a directory of others is refused, naming DATA_DIR', async (context) => {
    const { user, dataDir } = await ordinaryUser(context);
    const closed = join(dataDir, '..', 'closed');
    mkdirSync(closed);
    expect(await answerTo(closed, user)).toEqual({
      error: `DATA_DIR: cannot write in ${closed}: permission denied; set DATA_DIR to a directory that can be written`,
      exitCode: 78,
    });
    mkdirSync(join(dataDir, 'postgres'), { recursive: true });
    chownSync(dataDir, user.uid, user.gid);
    expect(await answerTo(dataDir, user)).toEqual({
      error:
        `DATA_DIR: ${dataDir}/postgres belongs to the user with id 0; ` +
        'start Daymark as that user, or set another DATA_DIR',
      exitCode: 78,
    });
  });
});

function closedDirectory(): string {
  const closed = join(scratch(), 'closed');
  mkdirSync(closed);
  chmodSync(closed, 0o700);
  return closed;
}

async function answerTo(dataDir: string, user: Parameters<typeof startProcess>[2]): Promise<unknown> {
  return (await startProcess(dataDir, 'serve', user)).answer;
}

/** A user who can read this checkout, and a data directory to be made in a home of the user's own. */
async function ordinaryUser(context: { skip: () => never }) {
  const home = join(scratch(), 'home');
  const user = { ...nobody(), home };
  mkdirSync(home);
  chownSync(home, user.uid, user.gid);
  const checkout = fileURLToPath(new URL('.', import.meta.url));
  if (!(await canEnter(user, checkout)) || (await run(process.execPath, ['-v'], user)).code !== 0) {
    console.warn('skipped: the user nobody can read neither this checkout nor run this Node');
    context.skip();
  }
  return { user, dataDir: join(home, 'data') };
}
