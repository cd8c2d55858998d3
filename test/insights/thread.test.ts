import { afterAll, describe, expect, test } from 'vitest';
import type { Presence } from '../../src/insights/effects/factors.ts';
import { sharedWork } from '../../src/insights/shared-work.ts';
import { statisticsThread } from '../../src/insights/thread/statistics-thread.ts';
import type { Task } from '../../src/insights/thread/tasks.ts';
import { buildApp } from '../../src/app.ts';
import { caller, testApp } from '../app.ts';
import { onServer } from '../database.ts';
import { simulatedDiary } from './simulated-diary.ts';

const { person, deps, database } = await testApp();

const never = () => new AbortController().signal;
const timeout = { status: 503, code: 'timeout' };

/** Effects of a diary of so many days; a great many take far longer than the test lasts. */
function effectsTask(days: number, tags = 4): Task {
  const diary = simulatedDiary(1, { days, tags, share: 0.3, planted: 1 });
  const presences = (all: Presence[]) => JSON.stringify(all.map((each) => [each.name, each.days.join(' ')]));
  const written = {
    days: diary.days.map(({ day, entries, sum }) => `${day} ${entries} ${sum}`).join(','),
    categories: presences(diary.categories),
    tags: presences(diary.tags),
    measures: '[]',
  };
  return { kind: 'effects', diary: written, weighting: 'day' };
}

describe('the thread', () => {
  const thread = statisticsThread();
  afterAll(() => thread.close());

  test('does a task and answers with its JSON', async () => {
    const { json, notes } = await thread.run(effectsTask(60), never());
    expect([JSON.parse(json)[0].factor, notes]).toEqual(['tag 0', []]);
  });

  test('stops where nobody waits, and goes on with the next', async () => {
    const gone = new AbortController();
    const long = thread.run(effectsTask(8_000, 100), gone.signal);
    const next = thread.run(effectsTask(60), never());
    setTimeout(() => gone.abort(), 50);
    await expect(long).rejects.toMatchObject(timeout);
    expect(JSON.parse((await next).json)).not.toEqual([]);
  });

  test('never begins what nobody waits for any more', async () => {
    const gone = new AbortController();
    const first = thread.run(effectsTask(60), never());
    const waiting = thread.run(effectsTask(8_000, 100), gone.signal);
    gone.abort();
    await expect(waiting).rejects.toMatchObject(timeout);
    await expect(thread.run(effectsTask(60), gone.signal)).rejects.toMatchObject(timeout);
    await first;
    expect((await thread.run(effectsTask(60), never())).notes).toEqual([]);
  });

  test('refuses at once where too many wait', async () => {
    const all = await Promise.allSettled(
      Array.from({ length: 12 }, () => thread.run(effectsTask(90), never())),
    );
    const refused = all.filter((each) => each.status === 'rejected');
    expect(refused.map(({ reason }) => reason)).toEqual(
      Array.from({ length: 3 }, () => expect.objectContaining({ status: 503, code: 'overloaded' })),
    );
  });

  test('a task that breaks fails, and the next one does not', async () => {
    const diary = { days: '', categories: '[{]', tags: '[]', measures: '[]' };
    const broken: Task = { kind: 'effects', diary, weighting: 'day' };
    await expect(thread.run(broken, never())).rejects.toThrow('JSON');
    expect((await thread.run({ kind: 'shifts', days: '', weighting: 'day' }, never())).json).toBe('[]');
  });
});

describe('shared work', () => {
  /** Work that ends when it is told how, and counts how often it was begun. */
  function work() {
    const begun: { stop: AbortSignal; end: (text: string) => void }[] = [];
    const start = (stop: AbortSignal) => new Promise<string>((end) => begun.push({ stop, end }));
    return { begun, start };
  }

  test('is done once for all who wait, and anew for whoever comes later', async () => {
    const { join } = sharedWork();
    const { begun, start } = work();
    const all = [1, 2, 3].map(() => join('a', never(), start));
    begun[0]!.end('done');
    expect(await Promise.all(all)).toEqual(['done', 'done', 'done']);
    void join('a', never(), start);
    void join('b', never(), start);
    expect(begun).toHaveLength(3);
  });

  test('is stopped when the last one leaves, and not before', async () => {
    const { join } = sharedWork();
    const { begun, start } = work();
    const [first, second] = [new AbortController(), new AbortController()];
    const [a, b] = [join('a', first.signal, start), join('a', second.signal, start)];
    first.abort();
    await expect(a).rejects.toMatchObject(timeout);
    expect(begun[0]!.stop.aborted).toBe(false);
    second.abort();
    await expect(b).rejects.toMatchObject(timeout);
    expect(begun[0]!.stop.aborted).toBe(true);
    const again = join('a', never(), start);
    begun[1]!.end('anew');
    expect(await again).toBe('anew');
  });

  test('fails for all who wait', async () => {
    const { join } = sharedWork();
    const fail = () => Promise.reject(new Error('no'));
    await expect(join('a', never(), fail)).rejects.toThrow('no');
    expect(await join('a', never(), async () => 'yes')).toBe('yes');
  });
});

test('a report that takes longer than a request may answers 503, and says when to come again', async () => {
  const anna = await person();
  // Five years of days with thirty tags: about a second of work, where the server looks for late requests every 200 ms.
  await onServer(
    `insert into entries (user_id, mood, tags, at, time_zone, local_day, search, updated_at)
     select '${anna.id}', 1 + n * 7 % 10,
       array(select 'tag ' || k from generate_series(1, 30) k where n * (k + 7) % 11 < 4),
       day, 'UTC', day, owner_word('${anna.id}'), day
     from generate_series(0, 1799) n, lateral (select date '2021-01-01' + n as day) d`,
    database.connection,
  );
  const hurried = await buildApp({ ...deps, requestTimeoutMs: 1 });
  const path = '/insights/effects?from=2021-01-01&to=2025-12-31';
  const { status, json, headers } = await caller(hurried, anna.token)('GET', path);
  await hurried.close();
  expect([status, json.code, headers['retry-after']]).toEqual([503, 'timeout', '1']);
});
