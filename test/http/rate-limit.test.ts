import { parseList } from 'structured-headers';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { buildApp } from '../../src/app.ts';
import { subscriber } from '../../src/http/client-address.ts';
import { slidingWindow, type Verdict } from '../../src/http/sliding-window.ts';
import { caller, testApp, type Call } from '../app.ts';

const { person, deps } = await testApp();

/** The same server with a limit of its own. */
async function limited(requests: number, trustedProxies: string[] = []) {
  const rateLimit = { requests, windowSeconds: 60 };
  return buildApp({ ...deps, rateLimit, limiter: slidingWindow(rateLimit), trustedProxies });
}

const statuses = async (times: number, call: () => ReturnType<Call>) => {
  const seen: number[] = [];
  for (let n = 0; n < times; n++) seen.push((await call()).status);
  return seen;
};

describe('the sliding window', () => {
  test('no window, wherever it lies, holds more than the limit; and nobody waits longer than they must', () => {
    const gaps = fc.array(fc.integer({ min: 0, max: 20_000 }), { minLength: 1, maxLength: 400 });
    fc.assert(
      fc.property(gaps, fc.integer({ min: 1, max: 50 }), (pauses, requests) => {
        let now = 1_700_000_000_000;
        const limiter = slidingWindow({ requests, windowSeconds: 60 }, () => now);
        const passed: number[] = [];
        for (const pause of pauses) {
          now += pause;
          const { allowed, remaining, resetSeconds } = limiter.take('x') as Verdict;
          expect(remaining).toBeGreaterThanOrEqual(0);
          expect(resetSeconds).toBeGreaterThanOrEqual(1);
          expect(resetSeconds).toBeLessThanOrEqual(64);
          if (allowed) passed.push(now);
          const inWindow = passed.filter((time) => time > now - 60_000).length;
          expect(inWindow).toBeLessThanOrEqual(requests);
          // Refused only where the window, longer by its slot at most, was full.
          const inLonger = passed.filter((time) => time > now - 63_000).length;
          if (!allowed) expect(inLonger).toBeGreaterThanOrEqual(requests);
        }
      }),
    );
  });

  test('a burst at the end of one minute leaves nothing for the start of the next', () => {
    let now = 60_000 * 1000 - 100;
    const limiter = slidingWindow({ requests: 600, windowSeconds: 60 }, () => now);
    const take = (times: number) =>
      Array.from({ length: times }, () => (limiter.take('x') as Verdict).allowed).filter(Boolean).length;
    expect(take(1000)).toBe(600);
    now += 200;
    expect(take(1000)).toBe(0);
    now += 63_000;
    expect(take(1000)).toBe(600);
  });
});

test('every limited answer says what is left, in structured fields; a refused one when to come back', async () => {
  const server = await limited(3);
  const anna = await person();
  const call = caller(server, anna.token);
  for (const [status, left] of [
    [200, 2],
    [404, 1],
    [422, 0],
    [429, 0],
  ]) {
    const answer =
      status === 404
        ? await call('GET', '/entries/none')
        : status === 422
          ? await call('GET', '/entries?limit=0')
          : await call('GET', '/me');
    expect(answer.status).toBe(status);
    expect(parseList(String(answer.headers['ratelimit-policy']))).toEqual([
      [
        'default',
        new Map([
          ['q', 3],
          ['w', 60],
        ]),
      ],
    ]);
    const [[name, parameters] = ['', new Map()]] = parseList(String(answer.headers['ratelimit']));
    expect([name, parameters.get('r')]).toEqual(['default', left]);
    expect(parameters.get('t')).toBeGreaterThanOrEqual(1);
    if (status === 429) {
      expect(answer.json.code).toBe('rate_limited');
      expect(Number(answer.headers['retry-after'])).toBe(parameters.get('t'));
    }
  }
  await server.close();
});

test('a user’s tokens share one bucket; without a good token the address counts', async () => {
  const server = await limited(4);
  const anna = await person();
  const { json } = await anna.call('POST', '/me/tokens', { body: { name: 'x', scopes: ['account'] } });
  const mine = [caller(server, anna.token), caller(server, json.token)];
  const seen: number[] = [];
  for (let n = 0; n < 6; n++) seen.push((await mine[n % 2]!('GET', '/me')).status);
  expect(seen).toEqual([200, 200, 200, 200, 429, 429]);

  const stranger = caller(server, `dm_s_${'x'.repeat(36)}`);
  const from = (remoteAddress: string) => () => stranger('GET', '/me', { remoteAddress });
  expect(await statuses(5, from('192.0.2.1'))).toEqual([401, 401, 401, 401, 429]);
  expect(await statuses(1, from('192.0.2.2'))).toEqual([401]);
  await server.close();
});

test('health and the contract are free', async () => {
  const server = await limited(1);
  const call = caller(server);
  for (const path of ['//livez', '//readyz', '//openapi.json']) {
    expect(await statuses(3, () => call('GET', path))).toEqual([200, 200, 200]);
    expect((await call('GET', path)).headers['ratelimit']).toBeUndefined();
  }
  await server.close();
});

describe('the client’s address', () => {
  const spoofed = (n: number) => ({
    'x-forwarded-for': `203.0.113.${n}`,
    forwarded: `for=203.0.113.${n}`,
    'x-real-ip': `203.0.113.${n}`,
  });

  test('headers of an untrusted client count nothing', async () => {
    const server = await limited(2);
    const call = caller(server);
    const seen: number[] = [];
    for (let n = 0; n < 4; n++)
      seen.push((await call('GET', '/me', { headers: spoofed(n), remoteAddress: '192.0.2.7' })).status);
    expect(seen).toEqual([401, 401, 429, 429]);
    await server.close();
  });

  test('behind a trusted proxy the right-most untrusted hop counts, whatever stands left of it', async () => {
    const server = await limited(2, ['10.0.0.0/8']);
    const call = caller(server);
    const seen: number[] = [];
    for (let n = 0; n < 4; n++) {
      const headers = {
        'x-forwarded-for': `203.0.113.${n}, 198.51.100.5, 10.1.2.3`,
        'x-real-ip': `203.0.113.${n}`,
      };
      seen.push((await call('GET', '/me', { headers, remoteAddress: '10.0.0.1' })).status);
    }
    expect(seen).toEqual([401, 401, 429, 429]);
    const other = { 'x-forwarded-for': '198.51.100.6' };
    expect((await call('GET', '/me', { headers: other, remoteAddress: '10.0.0.1' })).status).toBe(401);
    await server.close();
  });

  test.each([
    ['192.0.2.1', '192.0.2.1'],
    ['::ffff:192.0.2.1', '192.0.2.1'],
    ['2001:db8:0:7:1:2:3:4', '2001:db8:0:7::/64'],
    ['2001:db8:0:7::1', '2001:db8:0:7::/64'],
    ['2001:0db8:0000:0007::ffff', '2001:db8:0:7::/64'],
    ['2001:db8::1', '2001:db8:0:0::/64'],
    ['::1', '0:0:0:0::/64'],
    ['fe80::1%eth0', 'fe80:0:0:0::/64'],
    ['64:ff9b::192.0.2.1', '64:ff9b:0:0::/64'],
  ])('%s is of the subscriber %s', (address, expected) => {
    expect(subscriber(address)).toBe(expected);
  });
});

test('a request past the limit is refused before who is asking matters', async () => {
  const server = await limited(1);
  const call = caller(server);
  await call('GET', '/me');
  expect((await call('GET', '/me')).status).toBe(429);
  await server.close();
});
