const mebibyte = 1024 * 1024;

/** How large a file that somebody brings may be, in bytes, members and rows. */
export const limits = {
  upload: 100 * mebibyte,
  unpacked: 1024 * mebibyte,
  zipMembers: 100_000,
  /** Of one cell of a table or one text in a JSON document. */
  cell: mebibyte,
  /** Of one line, or one entry of a JSON document: a text of 20,000 characters is 240 KB where all are escaped. */
  record: 8 * mebibyte,
  depth: 64,
  /** What tells rows of one file apart is kept in memory: 80 MiB for so many. */
  rows: 5_000_000,
} as const;
