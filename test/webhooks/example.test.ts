import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';
import { signedHeaders } from '../../src/webhooks/sign.ts';
import { freePort } from '../free-port.ts';
import { addWebhook, appWithWorker, deliveriesOf } from './world.ts';

const { person } = await appWithWorker();

/** The only code block in JavaScript of docs/webhooks.md, as it stands there. */
function example(): string {
  const page = readFileSync(new URL('../../docs/webhooks.md', import.meta.url), 'utf8');
  const blocks = [...page.matchAll(/^```js\n(.*?)^```/gms)].map(([, code]) => code ?? '');
  expect(blocks).toHaveLength(1);
  return blocks[0] ?? '';
}

/** Runs it as a program that tells at the end what it holds. */
async function runExample(secret: string, port: number) {
  const folder = mkdtempSync(join(tmpdir(), 'daymark-receiver-'));
  // Where its import is found.
  symlinkSync(fileURLToPath(new URL('../../node_modules', import.meta.url)), join(folder, 'node_modules'));
  const file = join(folder, 'receiver.mjs');
  writeFileSync(file, `${example()}\nprocess.on('message', () => process.send([...entries.values()]));\n`);
  const child = spawn(process.execPath, [file], {
    env: { WEBHOOK_SECRET: secret, PORT: String(port) },
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
  });
  onTestFinished(() => {
    child.kill();
    rmSync(folder, { recursive: true, force: true });
  });
  const ended = once(child, 'exit').then(([code]) => {
    throw new Error(`the receiver ended with ${code}`);
  });
  await Promise.race([once(child.stdout!, 'data'), ended]);
  // From here on its end is the test's.
  ended.catch(() => undefined);
  return {
    held: () =>
      new Promise<Record<string, unknown>[]>((resolve) => {
        child.once('message', (entries) => resolve(entries as Record<string, unknown>[]));
        child.send('tell');
      }),
  };
}

test('the receiver of docs/webhooks.md verifies, drops what it has seen, and keeps the newest version', async () => {
  expect(example().trim().split('\n').length).toBeLessThanOrEqual(22);
  const port = await freePort();
  const url = `http://127.0.0.1:${port}/`;
  const anna = await person();
  const { id: webhook, secret } = await addWebhook(anna, url);
  const { held } = await runExample(secret, port);
  const { json: entry } = await anna.call('POST', '/entries', { body: { text: 'one', mood: 5 } });
  const { json: second } = await anna.call('PATCH', `/entries/${entry.id}`, { body: { text: 'two' } });
  await expect
    .poll(async () => (await deliveriesOf(anna, webhook)).map(({ state }) => state))
    .toEqual(['succeeded', 'succeeded']);
  expect(await held()).toEqual([{ ...second, type: 'entry.updated' }]);

  const post = async (id: string, data: object, by = secret) => {
    const body = JSON.stringify({ type: 'entry.updated', timestamp: new Date().toISOString(), data });
    const headers = signedHeaders([by], { id, body, timestamp: Math.floor(Date.now() / 1000) });
    return (await fetch(url, { method: 'POST', headers, body })).status;
  };
  expect(await post('again', { ...entry, text: 'older' })).toBe(204);
  expect(await post('forged', { ...entry, version: 9 }, `whsec_${Buffer.alloc(32).toString('base64')}`)).toBe(
    401,
  );
  expect(await held()).toEqual([{ ...second, type: 'entry.updated' }]);
  expect(await post('newer', { ...second, text: 'three', version: 3 })).toBe(204);
  expect(await post('newer', { ...second, text: 'four', version: 4 })).toBe(204);
  expect((await held())[0]).toMatchObject({ text: 'three', version: 3 });
});
