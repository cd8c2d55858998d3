/** Told how far a table is: rows that have passed, and how many there are (an estimate until the last). */
export type OnRows = (table: string, rows: number, of: number) => void;
