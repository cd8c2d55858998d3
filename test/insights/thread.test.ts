import { afterAll, describe, expect, test } from 'vitest';
import { sharedWork } from '../../src/insights/shared-work.ts';
import { statisticsThread } from '../../src/insights/thread/statistics-thread.ts';
import type { Task } from '../../src/insights/thread/tasks.ts';
import { buildApp } from '../../src/app.ts';
import { caller, testApp } from '../app.ts';
import { daily, write } from './diary.ts';
import { simulatedDiary } from './simulated-diary.ts';

const never = () => new AbortController().signal;
const timeout = { status: 503, code: 'timeout' };

/** Effects of a diary of so many days; a great many take far longer than the test lasts. */
function effectsTask(days: number, tags = 4): Task {
  const diary = simulatedDiary(1, { days, tags, share: 0.3, planted: 1 });
  return { kind: 'effects', diary: JSON.stringify(diary), weighting: 'day' };
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
    const long = thread.run(effectsTask(20_000, 400), gone.signal);
    const next = thread.run(effectsTask(60), never());
    setTimeout(() => gone.abort(), 50);
    await expect(long).rejects.toMatchObject(timeout);
    expect(JSON.parse((await next).json)).not.toEqual([]);
  });

  test('never begins what nobody waits for any more', async () => {
    const gone = new AbortController();
    const first = thread.run(effectsTask(60), never());
    const waiting = thread.run(effectsTask(20_000, 400), gone.signal);
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
    const broken: Task = { kind: 'shifts', days: '[{]', weighting: 'day' };
    await expect(thread.run(broken, never())).rejects.toThrow('JSON');
    expect((await thread.run({ kind: 'shifts', days: '[]', weighting: 'day' }, never())).json).toBe('[]');
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
  const { person, deps } = await testApp();
  const hasty = await buildApp({ ...deps, requestTimeoutMs: 1 });
  const anna = await person();
  await write(
    anna,
    daily(
      '2026-03-01',
      Array.from({ length: 40 }, (_, n) => 3 + (n % 5)),
    ),
  );
  const { status, json, headers } = await caller(hasty, anna.token)(
    'GET',
    '/insights/effects?from=2026-03-01&to=2026-04-09',
  );
  expect([status, json.code, headers['retry-after']]).toEqual([503, 'timeout', '1']);
});
