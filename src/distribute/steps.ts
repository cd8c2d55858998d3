import { column, layout, placed } from './layout.ts';

/** A foreign key as the catalogue has it. */
export interface ForeignKey {
  relation: string;
  name: string;
  definition: string;
}

/** What turns the tables of one server into those of a cluster. */
export interface Steps {
  /** In one transaction. */
  change: string[];
  /** After it, one by one: takes away the copies that stay behind on the coordinator. */
  clean: string[];
}

/**
 * The statements for foreign keys as they are now. Citus refuses to distribute a table while one that is not yet
 * distributed refers to it, so the keys between tables to be distributed go first and come back last.
 */
export function stepsFor(foreignKeys: readonly ForeignKey[]): Steps {
  const distributed = placed('distributed');
  const moved = foreignKeys.filter(({ relation }) => distributed.includes(relation));
  const [first] = distributed;
  const place = layout.flatMap(({ table, place }) => {
    if (place === 'local') return [];
    if (place === 'reference') return [`select create_reference_table('${table}')`];
    const beside = table === first ? 'none' : first;
    return [`select create_distributed_table('${table}', '${column}', colocate_with => '${beside}')`];
  });
  return {
    change: [
      // Keys to a reference table: shards that are changed in parallel would each lock it.
      `set local citus.multi_shard_modify_mode = 'sequential'`,
      ...moved.map(({ relation, name }) => `alter table ${relation} drop constraint ${name}`),
      ...place,
      ...moved.map(
        ({ relation, name, definition }) => `alter table ${relation} add constraint ${name} ${definition}`,
      ),
    ],
    clean: distributed
      .toReversed()
      .map((table) => `select truncate_local_data_after_distributing_table('${table}')`),
  };
}
