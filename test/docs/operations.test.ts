import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { testApp } from '../app.ts';
import { freePort } from '../free-port.ts';
import { fastestPlace } from '../postgres.ts';
import { program } from '../program.ts';
import { databaseUrl } from '../security/child-server.ts';
import { blocksOf } from './page.ts';
import { output } from './run.ts';

const { database, person } = await testApp();

test('the drill of docs/operations.md restores an installation with everybody and every entry', async () => {
  for (const entries of [3, 5]) {
    const { call } = await person();
    for (let n = 1; n <= entries; n++) await call('POST', '/entries', { body: { mood: n } });
  }
  const home = mkdtempSync(join(fastestPlace(), 'daymark-drill-'));
  onTestFinished(() => rmSync(home, { recursive: true, force: true }));
  // For root the embedded server is another user, who must be able to pass.
  chmodSync(home, 0o755);
  const port = String(await freePort());
  const drill = blocksOf('operations.md')
    .filter(({ language, code }) => language === 'sh' && !code.includes('/srv/'))
    .map(({ code }) => code.replaceAll('/tmp/drill', join(home, 'drill')).replaceAll('8081', port));
  expect(drill).toHaveLength(3);
  const command = [process.execPath, ...program()].map((part) => `'${part}'`).join(' ');
  writeFileSync(join(home, 'daymark'), `#!/bin/sh\nexec ${command} "$@"\n`, { mode: 0o755 });
  const env = {
    HOME: home,
    PATH: `${home}:${process.env['PATH']}`,
    DATABASE_URL: databaseUrl(database.connection, 'any'),
    DATA_DIR: join(home, 'data'),
    SECRET_KEY: '0'.repeat(64),
  };
  // Should a line fail, the server of the drill ends too.
  const script = `trap 'kill \${!:-} 2>/dev/null || true' EXIT\n${drill.join('')}`;
  const printed = await output('sh', ['-euc', script], home, env);
  expect(printed).toMatch(/is whole: \d+ rows of \d+ tables/);
  expect(printed).toMatch(/^restored \d+ rows of \d+ tables/m);
  expect(printed).toContain('everybody is there, with every entry');
  expect(printed).toContain('{"status":"ok","database":"up","redis":"off"}');
}, 120_000);
