import { once } from 'node:events';
import { connect, type AddressInfo, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import fc from 'fast-check';
import { afterAll, describe, expect, test } from 'vitest';
import { buildApp } from '../../src/app.ts';
import type { Health } from '../../src/http/health.ts';
import { testApp } from '../app.ts';

const { deps } = await testApp();
const health: Health = { ...deps.health };
/** Refuses all that asks for something of the API. */
const app = await buildApp({ ...deps, health, maxPending: 0 });
await app.listen({ port: 0, host: '127.0.0.1' });
const { port } = app.server.address() as AddressInfo;
afterAll(() => app.close());

interface Answer {
  status: number;
  headers: Record<string, string>;
  body: string;
}

/** A connection whose answers are read by their framing alone: one byte too many, or an answer that nobody asked for, is seen. */
function open() {
  const socket = connect(port, '127.0.0.1').setNoDelay(true);
  const answers: Answer[] = [];
  let text = '';
  // Which requests had a HEAD, whose answers have no body, only the sender knows.
  const heads: boolean[] = [];
  socket.on('data', (data) => {
    text += data.toString('latin1');
    for (;;) {
      const end = text.indexOf('\r\n\r\n');
      if (end < 0) return;
      const [start = '', ...lines] = text.slice(0, end).split('\r\n');
      const headers = Object.fromEntries(
        lines.map((line) => {
          const [, name = '', value = ''] = /^([^:]+): (.*)$/.exec(line) ?? [];
          return [name.toLowerCase(), value];
        }),
      );
      const length = heads[answers.length] === true ? 0 : Number(headers['content-length'] ?? 0);
      if (text.length < end + 4 + length) return;
      const body = text.slice(end + 4, end + 4 + length);
      answers.push({ status: Number(/^HTTP\/1\.1 (\d{3}) /.exec(start)?.[1]), headers, body });
      text = text.slice(end + 4 + length);
    }
  });
  socket.on('error', () => undefined);
  const asked = async (count: number) => {
    await expect.poll(() => answers.length, { interval: 2, timeout: 5000 }).toBeGreaterThanOrEqual(count);
    return answers;
  };
  const ask = async (bytes: string) => {
    const before = answers.length;
    socket.write(bytes);
    await asked(before + 1);
    return answers[before] as Answer;
  };
  return { socket, answers, heads, asked, ask, left: () => text };
}

const head = (method: string, path: string, more = '') =>
  `${method} ${path} HTTP/1.1\r\nhost: x\r\n${more}\r\n`;
const get = head('GET', '/api/v1/entries');
const post = (body: string) => head('POST', '/api/v1/entries', `Content-Length: ${body.length}\r\n`) + body;
const livez = head('GET', '/livez');

describe('refusals over one connection', () => {
  test('are the same at the tenth as at the first, each under an id of its own, and Node parses two of them', async () => {
    let parsed = 0;
    const count = () => parsed++;
    app.server.on('request', count);
    const { socket, ask } = open();
    const answers: Answer[] = [];
    for (let n = 0; n < 10; n++) answers.push(await ask(n % 2 === 0 ? get : post('{"mood":5}')));
    const told = answers.map(({ status, headers, body }) => {
      const { code, request_id } = JSON.parse(body) as { code: string; request_id: string };
      expect(request_id).toBe(headers['x-request-id']);
      expect(headers).toMatchObject({ 'retry-after': '1', 'x-content-type-options': 'nosniff' });
      const names = Object.keys(headers).filter((name) => name !== 'date');
      return [status, code, headers['content-type'], headers['keep-alive'], names.sort().join(' ')].join(
        ' | ',
      );
    });
    app.server.off('request', count);
    expect(parsed).toBe(2);
    expect(new Set(told).size).toBe(1);
    expect(told[0]).toMatch(/^503 \| overloaded \| application\/problem\+json \| timeout=\d+/);
    expect(new Set(answers.map(({ headers }) => headers['x-request-id'])).size).toBe(10);
    socket.destroy();
  });

  test('leave what is free alone: health, and HEAD as it always is', async () => {
    const { socket, ask, heads } = open();
    for (let n = 0; n < 4; n++) expect((await ask(get)).status).toBe(503);
    expect((await ask(livez)).status).toBe(200);
    expect((await ask(get)).status).toBe(503);
    heads[6] = true;
    expect((await ask(head('HEAD', '/api/v1/entries'))).body).toBe('');
    expect((await ask(get)).status).toBe(503);
    socket.destroy();
  });

  test('end the connection while the process drains', async () => {
    const { socket, ask } = open();
    for (let n = 0; n < 4; n++) expect((await ask(get)).headers['connection']).toBe('keep-alive');
    health.phase = 'draining';
    const closed = once(socket, 'close');
    const { status, headers } = await ask(get);
    health.phase = 'ready';
    expect([status, headers['connection']]).toEqual([503, 'close']);
    await closed;
  });

  test('a body that reads like a request is a body, also where it comes by itself', async () => {
    const { socket, answers, ask, left } = open();
    for (let n = 0; n < 4; n++) await ask(get);
    const begun = head('POST', '/api/v1/entries', `content-length: ${get.length}\r\n`);
    expect((await ask(begun)).status).toBe(503);
    expect((await ask(get + livez)).status).toBe(200);
    expect([answers.length, left()]).toEqual([6, '']);
    socket.destroy();
  });

  test('so is one whose head came behind another request, in pieces', async () => {
    const { socket, answers, asked, ask, left } = open();
    socket.write(get + head('POST', '/api/v1/entries', `content-length: ${2 * get.length}\r\n`));
    await asked(2);
    for (let n = 0; n < 2; n++) {
      socket.write(get);
      await nextChunk();
    }
    expect((await ask(livez)).status).toBe(200);
    expect([answers.length, left()]).toEqual([3, '']);
    socket.destroy();
  });

  test('a length that stands in a body is none', async () => {
    const { socket, answers, asked, ask } = open();
    // For whoever takes the body for a head, this is one whole request; for Node it ends within the head of a third.
    const begun = 'POST /api/v1/y HTTP/1.1\r\nhost: x\r\ny: z';
    const body = `POST /api/v1/x HTTP/1.1\r\ncontent-length: ${begun.length}\r\nx: `;
    socket.write(get + head('POST', '/api/v1/entries', `content-length: ${body.length}\r\n`));
    await asked(2);
    expect((await ask(body + livez + begun)).status).toBe(200);
    // What follows is the rest of that head: whoever answers it as a request leaves the beginning for the next one.
    expect((await ask(get)).status).toBe(503);
    expect((await ask(livez)).status).toBe(200);
    expect(answers).toHaveLength(5);
    socket.destroy();
  });

  test('end with the request that ends the connection', async () => {
    const { socket, ask } = open();
    for (let n = 0; n < 4; n++) await ask(get);
    const closed = once(socket, 'close');
    expect((await ask(head('GET', '/api/v1/entries', 'connection: close\r\n'))).status).toBe(503);
    await closed;
  });

  test('a tunnel is refused, and what is sent into it is no request', async () => {
    const { socket, answers, ask } = open();
    for (let n = 0; n < 4; n++) await ask(get);
    const closed = once(socket, 'close');
    expect((await ask('CONNECT x:443 HTTP/1.1\r\nhost: x\r\n\r\n')).status).toBe(405);
    socket.write(get);
    await closed;
    expect(answers).toHaveLength(5);
  });
});

const kinds = {
  get: { bytes: get, status: 503 },
  post: { bytes: post('{"mood":5}'), status: 503 },
  nested: { bytes: post(get), status: 503 },
  chunked: {
    bytes: `${head('POST', '/api/v1/entries', 'transfer-encoding: chunked\r\n')}3\r\nabc\r\n0\r\n\r\n`,
    status: 503,
  },
  head: { bytes: head('HEAD', '/api/v1/entries'), status: 503 },
  livez: { bytes: livez, status: 200 },
  spaced: {
    bytes: head('PUT', '/api/v1/x?q=1', 'Content-length:   0\r\nConnection: Keep-Alive\r\n'),
    status: 503,
  },
};

test(
  'every request has one answer, in its turn, however the bytes are cut',
  { timeout: 60_000 },
  async () => {
    const sequence = fc.record({
      names: fc.array(fc.constantFrom(...(Object.keys(kinds) as (keyof typeof kinds)[])), {
        minLength: 1,
        maxLength: 8,
      }),
      // Most requests come whole and alone, as they do from real clients.
      cuts: fc.array(fc.option(fc.double({ min: 0, max: 1, noNaN: true }), { freq: 2 }), { maxLength: 3 }),
      areWhole: fc.boolean(),
    });
    await fc.assert(
      fc.asyncProperty(sequence, async ({ names, cuts, areWhole }) => {
        const { socket, asked, answers, heads, ask, left } = open();
        for (let n = 0; n < 3; n++) await ask(get);
        names.forEach((name, n) => (heads[3 + n] = name === 'head'));
        const wanted = names.map((name) => kinds[name].status);
        if (areWhole) {
          for (const [n, name] of names.entries()) {
            socket.write(kinds[name].bytes);
            if (n % 3 !== 2) await asked(4 + n);
          }
        } else {
          await sendCut(socket, names.map((name) => kinds[name].bytes).join(''), cuts);
        }
        await asked(3 + names.length);
        const last = await ask(livez);
        expect(answers.slice(3, -1).map(({ status }) => status)).toEqual(wanted);
        expect([last.status, left()]).toEqual([200, '']);
        socket.destroy();
      }),
      { numRuns: 150 },
    );
  },
);

async function sendCut(socket: Socket, bytes: string, cuts: (number | null)[]): Promise<void> {
  const places = cuts.filter((cut) => cut !== null).map((cut) => Math.floor(cut * bytes.length));
  const ends = [...places.sort((a, b) => a - b), bytes.length];
  let from = 0;
  for (const end of ends) {
    socket.write(bytes.slice(from, end));
    from = end;
    await nextChunk();
  }
}

/** What is written after it is read apart from what was written before. */
function nextChunk(): Promise<void> {
  return sleep(2);
}
