import { expect } from 'vitest';
import type { Cluster } from '../installed-postgres.ts';
import { sender, type Send } from './client.ts';
import { record } from './form.ts';
import { judge, type Ledger, type Row } from './ledger.ts';
import type { Node, Person } from './node.ts';
import { ask } from './postgres.ts';

/** Reads everything back by list, by export and by SQL: nothing lost, nothing twice, nothing that was refused. */
export async function audit(
  name: string,
  ledger: Ledger,
  { node, people, postgres }: { node: Node; people: Person[]; postgres: Pick<Cluster, 'connection'> },
  figures: Record<string, unknown> = {},
): Promise<void> {
  const ways = {
    list: await byList(node, people),
    sql: await bySql(postgres),
    export: await byExport(node, people),
  };
  for (const [way, rows] of Object.entries(ways)) {
    const { acknowledged, refused, unknown, ...faults } = judge(ledger, rows);
    const { lost, duplicated, phantom } = faults;
    record(name, {
      'read by': way,
      acknowledged,
      refused,
      unknown,
      lost: lost.length,
      duplicated: duplicated.length,
      phantom: phantom.length,
      ...figures,
    });
    expect({ way, ...faults }).toEqual({ way, lost: [], duplicated: [], phantom: [] });
  }
}

async function byList(node: Node, people: Person[]): Promise<Row[]> {
  const rows: Row[] = [];
  for (const { token } of people) {
    const send = sender(node.url, { token });
    for (let cursor: string | null = ''; cursor !== null;) {
      const { member } = await read(send, `/entries?limit=100${cursor === '' ? '' : `&cursor=${cursor}`}`);
      rows.push(...(member('entries') as Row[]));
      cursor = member('next_cursor') as string | null;
    }
    send.close();
  }
  return rows;
}

/** One JSON document per line; those with a text are entries. */
async function byExport(node: Node, people: Person[]): Promise<Row[]> {
  const rows: Row[] = [];
  for (const { token } of people) {
    const send = sender(node.url, { token, patienceMs: 60_000 });
    const { text } = await read(send, '/export?format=daymark');
    const documents = text
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Partial<Row>);
    for (const { id = '', text: own } of documents) if (own !== undefined) rows.push({ id, text: own });
    send.close();
  }
  return rows;
}

function bySql(postgres: Pick<Cluster, 'connection'>): Promise<Row[]> {
  return ask<Row>(postgres, 'select id, text from entries where deleted_at is null');
}

async function read(send: Send, path: string) {
  const answer = await send('GET', path);
  expect([path, answer.status]).toEqual([path, 200]);
  return answer;
}
