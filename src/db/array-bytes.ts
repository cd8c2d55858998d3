const textOid = 25;

/**
 * A text[] of one dimension in PostgreSQL's binary form, as array_recv() reads it (src/backend/utils/adt/arrayfuncs.c):
 * dimensions, whether there are nulls, type, length, lower bound; then each element behind its length. PostgreSQL takes
 * it in at half the cost of the text, which it reads letter by letter.
 */
export function arrayBytes(elements: readonly string[]): Buffer {
  const lengths = elements.map((element) => Buffer.byteLength(element));
  const bytes = Buffer.allocUnsafe(lengths.reduce((sum, length) => sum + 4 + length, 20));
  let at = 0;
  for (const number of [1, 0, textOid, elements.length, 1]) at = bytes.writeInt32BE(number, at);
  for (const [n, element] of elements.entries()) {
    at = bytes.writeInt32BE(lengths[n] as number, at);
    at += bytes.write(element, at);
  }
  return bytes;
}
