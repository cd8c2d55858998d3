/** What the client knows of a write: acknowledged, refused, or neither. */
export type Outcome = 'ok' | 'failed' | 'unknown';

/** One write as the client meant it, from before it is sent. */
export interface Operation {
  /** Unique, and the first word of the entry's text. */
  token: string;
  text: string;
  start: number;
  /** The write before this one to the same entry, whose text this one takes away. */
  replaces?: Operation;
  replacedBy?: Operation;
  outcome: Outcome;
  end?: number;
  /** Of the entry, once it is acknowledged. */
  id?: string;
}

/** An entry as it was read back. */
export interface Row {
  id: string;
  text: string;
}

export interface Ledger {
  /** Notes a write before it is sent: until it is closed its outcome is unknown. */
  open(tail: string, replaces?: Operation): Operation;
  close(operation: Operation, outcome: Outcome, id?: string): void;
  operations: readonly Operation[];
}

export interface Verdict {
  acknowledged: number;
  refused: number;
  unknown: number;
  /** Acknowledged, but absent or changed. */
  lost: string[];
  /** A token in more than one entry. */
  duplicated: string[];
  /** Refused, replaced, or never sent, but there. */
  phantom: string[];
}

/** A book of every write that clients have sent: what was promised to whom. */
export function openLedger(): Ledger {
  const operations: Operation[] = [];
  return {
    operations,
    open(tail, replaces) {
      const token = `token-${operations.length}`;
      const operation: Operation = { token, text: `${token} ${tail}`, start: Date.now(), outcome: 'unknown' };
      if (replaces !== undefined) {
        operation.replaces = replaces;
        replaces.replacedBy = operation;
      }
      operations.push(operation);
      return operation;
    },
    close(operation, outcome, id) {
      operation.outcome = outcome;
      operation.end = Date.now();
      if (id !== undefined) operation.id = id;
    },
  };
}

/** Holds what was read back against what was promised. */
export function judge({ operations }: Ledger, rows: readonly Row[]): Verdict {
  const found = new Map<string, Row[]>();
  for (const row of rows) {
    const token = tokenOf(row);
    found.set(token, [...(found.get(token) ?? []), row]);
  }
  const known = new Set(operations.map(({ token }) => token));
  const by = (outcome: Outcome) => operations.filter((each) => each.outcome === outcome).length;
  const tokens = (those: Operation[]) => those.map(({ token }) => token);
  return {
    acknowledged: by('ok'),
    refused: by('failed'),
    unknown: by('unknown'),
    lost: tokens(operations.filter((each) => isLost(each, found.get(each.token)?.[0]))),
    duplicated: [...found].filter(([, holders]) => holders.length > 1).map(([token]) => token),
    phantom: [
      ...tokens(operations.filter((each) => !mayBeThere(each) && found.has(each.token))),
      ...[...found.keys()].filter((token) => !known.has(token)),
    ],
  };
}

function isLost({ outcome, replacedBy, id, text }: Operation, row: Row | undefined): boolean {
  if (outcome !== 'ok') return false;
  if (row === undefined) return replacedBy === undefined || replacedBy.outcome === 'failed';
  return row.text !== text || (id !== undefined && row.id !== id);
}

function mayBeThere({ outcome, replacedBy }: Operation): boolean {
  return outcome !== 'failed' && replacedBy?.outcome !== 'ok';
}

function tokenOf({ text }: Row): string {
  return text.slice(0, text.indexOf(' '));
}
