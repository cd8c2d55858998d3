import { percentile, sender, startServer } from './server.ts';

// 300 failed logins of each kind, alternating, one at a time: the time must not tell whether an e-mail is known.
const pairs = 300;
const warmUp = 20;

const server = await startServer({
  RATE_LIMIT_REQUESTS: '1000000',
  LOGIN_LIMIT_ATTEMPTS: '1000000',
});
const send = sender(server.url);
const known = 'known@example.org';
await send('POST', '/auth/register', { email: known, password: 'a long sentence' });

const times: Record<'known' | 'unknown', number[]> = { known: [], unknown: [] };
for (let pair = -warmUp; pair < pairs; pair++) {
  // In turns, so that whatever slows the machine slows both.
  const order = pair % 2 === 0 ? (['known', 'unknown'] as const) : (['unknown', 'known'] as const);
  for (const kind of order) {
    const email = kind === 'known' ? known : 'stranger@example.org';
    const { ms, status } = await send('POST', '/auth/login', { email, password: `a wrong one ${pair}` });
    if (status !== 401) throw new Error(`a login was answered ${status}`);
    if (pair >= 0) times[kind].push(ms);
  }
}
await server.stop();

for (const [kind, all] of Object.entries(times)) {
  const [low, median, high] = [0.25, 0.5, 0.75].map((p) => percentile(all, p).toFixed(2));
  console.log(`${kind.padEnd(8)} median ${median} ms (quartiles ${low} to ${high})`);
}
const difference = percentile(times.known, 0.5) - percentile(times.unknown, 0.5);
const slower = times.known.filter((ms, pair) => ms > (times.unknown[pair] ?? 0)).length;
console.log(
  `difference of medians ${difference.toFixed(2)} ms, target 5: ${Math.abs(difference) <= 5 ? 'met' : 'MISSED'}`,
);
console.log(
  `the known one was the slower of its pair in ${Math.round((100 * slower) / pairs)} % of ${pairs} pairs`,
);
