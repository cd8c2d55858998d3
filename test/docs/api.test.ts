import { existsSync, mkdtempSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';
import { receiver, type Received } from '../receiver.ts';
import { appWithWorker } from '../webhooks/world.ts';
import { blocksOf, holdAgainst, type Block } from './page.ts';
import { output } from './run.ts';

const { app } = await appWithWorker();
const BASE = await app.listen({ host: '127.0.0.1', port: 0 });

const modules = fileURLToPath(new URL('../../node_modules', import.meta.url));
const compiler = join(modules, 'typescript/bin/tsc');

test('docs/api.md, from its first line to its last, prints what it shows', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'daymark-tour-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  symlinkSync(modules, join(folder, 'node_modules'));
  writeFileSync(join(folder, 'package.json'), '{"type": "module"}');
  const { url: RECEIVER } = await receiver((delivery, _request, response) => {
    keep(delivery, folder);
    response.writeHead(204).end();
  });
  const run = (program: string, args: string[]) => output(program, args, folder, { BASE, RECEIVER });

  const blocks = blocksOf('api.md');
  const shell = blocks.filter(({ language }) => language === 'sh');
  const ends = (n: number) => `\n#end of ${n}\n`;
  const script = shell.map(({ code }, n) => `${code}\nprintf '%s' '${ends(n)}'\n`).join('');
  check(blocks, shell, await run('sh', ['-euc', script]), ends);

  const program = blocks.filter(({ language }) => language === 'ts');
  const source = program.map(
    ({ code }, n) => `${code}\nconsole.log(${JSON.stringify(ends(n).trimEnd())});\n`,
  );
  writeFileSync(join(folder, 'tour.ts'), source.join(''));
  const strictly = [
    '--strict',
    '--module',
    'nodenext',
    '--target',
    'es2023',
    // Node's own types name all there is; those of browsers are a quarter of the compiler's work.
    '--lib',
    'es2023',
    '--types',
    'node',
    '--skipLibCheck',
  ];
  await run(process.execPath, [compiler, ...strictly, '--noUnusedLocals', 'tour.ts']);
  check(blocks, program, await run(process.execPath, ['tour.js']), ends);
});

/** Each block prints what the page shows after it; one that prints something has that shown. */
function check(blocks: Block[], run: Block[], printed: string, ends: (n: number) => string): void {
  let rest = printed;
  run.forEach((block, n) => {
    const end = rest.indexOf(ends(n));
    const text = rest.slice(0, end).trim();
    rest = rest.slice(end + ends(n).length);
    const next = blocks[blocks.indexOf(block) + 1];
    const shown = next !== undefined && ['json', 'http', 'text'].includes(next.language) ? next : undefined;
    if (shown === undefined) expect(text, `line ${block.line} prints something`).toBe('');
    else holdAgainst(shown, text);
  });
}

/** As the page's receiver does: the first delivery's body and each header in a file, all there at once. */
function keep({ headers, body }: Received, folder: string): void {
  const received = join(folder, 'received');
  if (existsSync(received)) return;
  const draft = mkdtempSync(join(folder, 'draft-'));
  for (const [name, value] of Object.entries(headers)) writeFileSync(join(draft, name), value);
  writeFileSync(join(draft, 'body'), body);
  renameSync(draft, received);
}
