import { createHash } from 'node:crypto';
import { Transform } from 'node:stream';

export interface Measured {
  rows: number;
  bytes: number;
  sha256: string;
}

const newline = 10;

/**
 * Passes a table in PostgreSQL's text format on and measures it: one line of column names, then a line per row,
 * since the format writes a newline inside a value as `\n`. `onRows` is told how many rows have passed so far.
 */
export function measure(onRows: (rows: number) => void): { stream: Transform; result: () => Measured } {
  const hash = createHash('sha256');
  let lines = 0;
  let bytes = 0;
  const stream = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      hash.update(chunk);
      bytes += chunk.length;
      for (let at = chunk.indexOf(newline); at >= 0; at = chunk.indexOf(newline, at + 1)) lines++;
      onRows(Math.max(lines - 1, 0));
      done(null, chunk);
    },
  });
  return { stream, result: () => ({ rows: lines - 1, bytes, sha256: hash.copy().digest('hex') }) };
}
