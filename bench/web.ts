import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { loadavg } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import type { Browser } from 'playwright-core';
import { installQueue } from '../src/jobs/install.ts';
import { launch } from '../test/browser/chromium.ts';
import { writeMany } from '../test/browser/many-entries.ts';
import { onPostgres } from './on-postgres.ts';
import type { PostgresServer } from './postgres-server.ts';
import { startServer } from './programs.ts';
import { signedIn } from './web/signed-in.ts';
import { interactive } from './web/interactive.ts';
import { scroll, scrollDeep, search } from './web/timeline.ts';

// The web app in Chromium on loopback: how soon Today takes a key, and whether a diary of many entries ever blocks it.
const { values } = parseArgs({
  options: { entries: { type: 'string', default: '100000' }, rounds: { type: 'string', default: '5' } },
});
const [entries, rounds] = [Number(values.entries), Number(values.rounds)];

await onPostgres(async (postgres, directory) => {
  buildWebApp(join(directory, 'dist/web'));
  await installQueue(postgres.connection);
  const server = await startServer(directory, postgres, randomBytes(32).toString('hex'));
  const browser = await launch();
  try {
    await show(browser, `http://127.0.0.1:${server.port}`, postgres);
  } finally {
    await browser.close();
    await server.stop();
  }
});

async function show(browser: Browser, url: string, postgres: PostgresServer): Promise<void> {
  const person = await signedIn(browser, url);
  print(
    'load of the machine',
    loadavg()
      .map((each) => each.toFixed(1))
      .join(' '),
  );
  for (const from of ['network', 'service worker'] as const) {
    const { field, settled, cpu } = await interactive(browser, person.page, from, rounds);
    print(`Today takes a key, CPU slowed 4 times, from the ${from}`, `${field} ms`);
    print('  and no task over 50 ms runs any more', `${settled} ms`);
    print('  CPU of the page for all of it, slowed', `${cpu} ms`);
  }
  const time = performance.now();
  await writeMany(postgres.connection, person.id, entries);
  print(`${entries} entries written by SQL`, `${((performance.now() - time) / 1000).toFixed(1)} s`);
  for (const [what, act] of [
    ['a search of two words, key by key', search],
    ['scrolling for 5 s', scroll],
    ['scrolling for 5 s, 20,000 entries down', scrollDeep],
  ] as const) {
    const { longTasks, longestCpu, told } = await act(browser, person.page);
    print(`${what}: ${told}`, `tasks over 50 ms: ${longTasks.length} [${longTasks.join(', ')}]`);
    print('  CPU of the longest task', `${longestCpu} ms`);
  }
}

function buildWebApp(out: string): void {
  const args = ['build', '--config', 'web/vite.config.ts', '--configLoader', 'runner', '--logLevel', 'error'];
  execFileSync(process.execPath, ['node_modules/vite/bin/vite.js', ...args], {
    cwd: fileURLToPath(new URL('../', import.meta.url)),
    env: { ...process.env, WEB_OUT: out, NODE_ENV: 'production' },
    stdio: 'inherit',
  });
}

function print(what: string, figure: string): void {
  console.log(`${what.padEnd(76)} ${figure}`);
}
