import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

/** What is asked for over and over, each time by one of many people, chosen by chance. */
export type Ask = 'create' | 'page';

/** Sends requests of one kind for some seconds and answers how many were answered. */
export type Load = (port: number, ask: Ask, seconds: number) => Promise<number>;

const connections = 16;

/** A load by wrk, in a process of its own, over connections that stay open. Throws where an answer is no success. */
export function wrk(tokens: readonly string[]): Load {
  const directory = mkdtempSync(join(tmpdir(), 'daymark-bench-'));
  process.once('exit', () => {
    rmSync(directory, { recursive: true });
  });
  for (const ask of ['create', 'page'] as const) {
    writeFileSync(join(directory, `${ask}.lua`), script(ask, tokens));
  }
  return async (port, ask, seconds) => {
    const { stdout } = await promisify(execFile)('wrk', [
      ...['-t1', `-c${connections}`, `-d${seconds}s`, '-s', join(directory, `${ask}.lua`)],
      `http://127.0.0.1:${port}`,
    ]);
    if (/Non-2xx|Socket errors/.test(stdout)) throw new Error(`not every request succeeded:\n${stdout}`);
    const answered = Number(/(\d+) requests in/.exec(stdout)?.[1]);
    if (!(answered > 0)) throw new Error(`wrk counted nothing:\n${stdout}`);
    return answered;
  };
}

const body = JSON.stringify({
  text: 'Slept well, walked by the river before work, then a long day with a good end.',
  mood: 7,
  category: 'general',
  tags: ['walk', 'work'],
  measures: { sleep_hours: 7.5 },
});

function script(ask: Ask, tokens: readonly string[]): string {
  const list = tokens.map((token) => `'${token}'`).join(',');
  const send =
    ask === 'create'
      ? `wrk.format('POST', '/api/v1/entries', headers, [[${body}]])`
      : `wrk.format('GET', '/api/v1/entries?limit=20', headers)`;
  return `local tokens = {${list}}
function request()
  local headers = { ['authorization'] = 'Bearer ' .. tokens[math.random(#tokens)], ['content-type'] = 'application/json' }
  return ${send}
end
`;
}
