/** What is not measured but assumed, and may be changed here. */
export const assumptions = {
  /** Of all who have an account, those who come on a day. */
  activeShare: 0.1,
  /** What one of them does on that day, by the scenarios of RESULTS.md; `effects` is the report that costs most, after a write. */
  perActiveDay: { create: 2, 'page-1': 4, conditional: 8, 'by-id': 2, search: 0.2, effects: 0.05 },
  /** How long entries have gathered. */
  years: 5,
  /** Tables and indexes grown by single writes against freshly built ones. */
  slack: 1.3,
  /** Deliveries, events, keys and imports against a person's entries. */
  besides: 0.1,
  /** The busiest second against the mean. */
  peak: 4,
  /** How much of a core is used at the peak. */
  utilisation: 0.5,
  coresPerDatabaseNode: 16,
  bytesPerDatabaseNode: 2e12,
  /** A primary and a replica of each. */
  copies: 2,
  /** DB_POOL_SIZE of a process, and its connections beside the pool: jobs, their sign of life, the watch. */
  connectionsPerProcess: 10 + 7,
};

/** How many have an account: a column each. */
export const sizes = [10_000, 1_000_000, 10_000_000, 100_000_000];

/** The assumptions as rows: what, how much. */
export function assumptionRows(): [string, string][] {
  const a = assumptions;
  const day = Object.entries(a.perActiveDay).map(([name, n]) => `${n} × ${name}`);
  return [
    ['of all accounts, active on a day', `${a.activeShare * 100} %`],
    ['requests of an active person on that day', day.join(', ')],
    ['years that entries have gathered', String(a.years)],
    ['tables and indexes grown by single writes, against freshly built', `× ${a.slack}`],
    ['deliveries, events, keys and imports, against entries', `+ ${a.besides * 100} %`],
    ['busiest second against the mean', `× ${a.peak}`],
    ['of a core in use in that second', `${a.utilisation * 100} %`],
    ['a database node', `${a.coresPerDatabaseNode} cores, ${a.bytesPerDatabaseNode / 1e12} TB`],
    ['copies of each database node', String(a.copies)],
    ['connections of a process: its pool and beside it', String(a.connectionsPerProcess)],
  ];
}
