import type { Client } from 'pg';

/** One node of a plan as EXPLAIN (FORMAT JSON) gives it. */
export interface Node {
  'Node Type': string;
  'Relation Name'?: string;
  'Index Cond'?: string;
  /** Of a ModifyTable: Insert, Update or Delete. */
  Operation?: string;
  Plans?: Node[];
}

/**
 * A statement's plan for parameters that are not known, on a database where a scan of a whole table is the last resort;
 * `bitmaps` says whether several indexes may be read together for one table.
 */
export async function planOf(client: Client, text: string, bitmaps: 'on' | 'off' = 'off'): Promise<Node[]> {
  await client.query('set plan_cache_mode = force_generic_plan');
  await client.query('set enable_seqscan = off');
  await client.query(`set enable_bitmapscan = ${bitmaps}`);
  await client.query(`prepare asked as ${text}`);
  try {
    const { rows } = await client.query<{ parameters: number }>(
      `select coalesce(array_length(parameter_types, 1), 0) as parameters from pg_prepared_statements where name = 'asked'`,
    );
    const nulls = Array<string>(rows[0]?.parameters ?? 0).fill('null');
    const call = nulls.length === 0 ? 'asked' : `asked(${nulls.join(', ')})`;
    const explained = await client.query<{ 'QUERY PLAN': [{ Plan: Node }] }>(
      `explain (format json) execute ${call}`,
    );
    return nodes((explained.rows[0] as { 'QUERY PLAN': [{ Plan: Node }] })['QUERY PLAN'][0].Plan);
  } finally {
    await client.query('deallocate asked');
  }
}

/** What is wrong with a plan: owned tables read without their owner, whole tables read, rows sorted. */
export function faultsOf(plan: Node[], owned: ReadonlySet<string>): string[] {
  return plan.flatMap((node) => {
    const type = node['Node Type'];
    const table = node['Relation Name'];
    if (type === 'Sort' || type === 'Incremental Sort') return ['sorts'];
    if (table === undefined || type === 'ModifyTable') return [];
    if (type === 'Seq Scan') return [`reads all of ${table}`];
    if (owned.has(table) && node['Index Cond']?.includes('user_id') !== true)
      return [`reads ${table} without its owner`];
    return [];
  });
}

function nodes(node: Node): Node[] {
  return [node, ...(node.Plans ?? []).flatMap(nodes)];
}
