import { expect, test } from 'vitest';
import { nextDelay } from '../../src/webhooks/retry.ts';
import { signedHeaders } from '../../src/webhooks/sign.ts';

test('the test vector of Standard Webhooks', () => {
  const message = {
    id: 'msg_p5jXN8AQM9LWM0D4loKWxJek',
    timestamp: 1614265330,
    body: '{"test": 2432232314}',
  };
  expect(signedHeaders(['whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'], message)).toEqual({
    'webhook-id': 'msg_p5jXN8AQM9LWM0D4loKWxJek',
    'webhook-timestamp': '1614265330',
    'webhook-signature': 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
  });
});

test('pauses follow the schedule within a fifth, and end with it', () => {
  const schedule = [5, 300, 1800];
  for (const [n, planned] of schedule.entries()) {
    const drawn = Array.from({ length: 1000 }, () => nextDelay(schedule, n + 1, null) as number);
    expect(Math.min(...drawn)).toBeGreaterThanOrEqual(0.8 * planned);
    expect(Math.max(...drawn)).toBeLessThanOrEqual(1.2 * planned);
    expect(Math.max(...drawn) - Math.min(...drawn)).toBeGreaterThan(0.1 * planned);
  }
  expect(nextDelay(schedule, 4, null)).toBeNull();
  expect(nextDelay(schedule, 4, '60')).toBeNull();
});

test.each([
  ['60', 60],
  ['0', 1],
  ['999999999', 86_400],
  ['Sun, 01 Mar 2026 07:30:30 GMT', 30],
  ['Sun, 01 Mar 2026 07:29:00 GMT', 1],
])('Retry-After: %s', (value, seconds) => {
  const now = Date.parse('2026-03-01T07:30:00Z');
  expect(nextDelay([5], 1, value, now)).toBe(seconds);
});

test.each(['soon', '-5', '1.5', ''])('Retry-After: %s says nothing', (value) => {
  expect(nextDelay([100], 1, value)).toBeGreaterThanOrEqual(80);
});
