import { expect, test } from 'vitest';
import { judge, openLedger } from './ledger.ts';

/** A book with an acknowledged write, a refused one, one that nobody knows of, and one that was replaced. */
function book() {
  const ledger = openLedger();
  const [kept, refused, unknown, old] = ['kept', 'refused', 'unknown', 'old'].map((tail) =>
    ledger.open(tail),
  );
  const fresh = ledger.open('new', old);
  ledger.close(kept!, 'ok', 'a');
  ledger.close(refused!, 'failed');
  ledger.close(old!, 'ok', 'b');
  ledger.close(fresh, 'ok', 'b');
  const rows = [
    { id: 'a', text: kept!.text },
    { id: 'b', text: fresh.text },
  ];
  return { ledger, rows, kept: kept!, refused: refused!, unknown: unknown!, old: old!, fresh };
}

const faults = (ledger: Parameters<typeof judge>[0], rows: Parameters<typeof judge>[1]) => {
  const { lost, duplicated, phantom } = judge(ledger, rows);
  return { lost, duplicated, phantom };
};

test('what was acknowledged and is there, once and as it was sent, is no fault; nor is what nobody knows of', () => {
  const { ledger, rows, unknown } = book();
  expect(judge(ledger, rows)).toMatchObject({ acknowledged: 3, refused: 1, unknown: 1 });
  for (const read of [rows, [...rows, { id: 'c', text: unknown.text }]]) {
    expect(faults(ledger, read)).toEqual({ lost: [], duplicated: [], phantom: [] });
  }
});

test('what was acknowledged and is absent, changed or under another id is lost', () => {
  const { ledger, rows, kept } = book();
  const [, other] = rows;
  for (const read of [
    [other!],
    [{ id: 'a', text: `${kept.text}!` }, other!],
    [{ id: 'z', text: kept.text }, other!],
  ]) {
    expect(faults(ledger, read)).toEqual({ lost: [kept.token], duplicated: [], phantom: [] });
  }
});

test('what is there twice, was refused, was replaced or never sent is seen', () => {
  const { ledger, rows, kept, refused, old, unknown } = book();
  const also = (text: string) => faults(ledger, [...rows, { id: 'x', text }]);
  expect(also(kept.text)).toMatchObject({ duplicated: [kept.token] });
  expect(also(refused.text)).toMatchObject({ phantom: [refused.token] });
  expect(also(old.text)).toMatchObject({ phantom: [old.token] });
  expect(also('token-99 of nobody')).toMatchObject({ phantom: ['token-99'] });
  const twice = { id: 'x', text: unknown.text };
  expect(faults(ledger, [...rows, twice, twice])).toMatchObject({ duplicated: [unknown.token] });
});
