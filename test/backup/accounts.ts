import type { Person, TestApp } from '../app.ts';

const texts = [
  'plain',
  'tab\there, newline\nhere, return\rhere, both\r\n',
  '\\.',
  'before\n\\.\nafter',
  '\\N',
  '\\',
  'quotes " and \' and `',
  '',
  'emoji 🏃‍♀️, Ελληνικά, 日本語, \u202eright to left\u202c',
  '\u0001\u0007\u001b[31mred\u0008\u007f',
  'x'.repeat(20_000),
];

/** Two people with entries that are hard to carry, a trash, tokens and keyed requests: a row in every table. */
export async function accounts({ person, call }: TestApp): Promise<Person[]> {
  const people = [await person(), await person()];
  for (const someone of people) {
    for (const [n, text] of [...texts, ...texts].entries()) {
      const body = {
        text,
        mood: (n % 10) + 1,
        tags: ['a,b', '"', `t${n}`],
        measures: { x: 0.1 + n, y: n % 2 === 0 },
      };
      await someone.call('POST', '/entries', { body, headers: { 'idempotency-key': `k${n}` } });
    }
    const { json } = await someone.call('GET', '/entries?limit=1');
    await someone.call('DELETE', `/entries/${json.entries[0].id}`);
    await someone.call('POST', '/me/tokens', { body: { name: 'x', scopes: ['export', 'account'] } });
  }
  const email = people[0]?.email;
  await call('POST', '/auth/login', { body: { email, password: 'not the password' } });
  return people;
}
