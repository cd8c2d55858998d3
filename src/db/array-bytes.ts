const textOid = 25;

/**
 * A text[] of one dimension in PostgreSQL's binary form, as array_recv() reads it (src/backend/utils/adt/arrayfuncs.c):
 * dimensions, whether there are nulls, type, length, lower bound; then each element behind its length, -1 for null.
 * PostgreSQL takes it in at half the cost of the text, which it reads letter by letter.
 */
export function arrayBytes(elements: readonly (string | null)[]): Buffer {
  const lengths = elements.map((element) => (element === null ? -1 : Buffer.byteLength(element)));
  const size = lengths.reduce((sum, length) => sum + 4 + Math.max(0, length), 20);
  const bytes = Buffer.allocUnsafe(size);
  const head = [1, lengths.includes(-1) ? 1 : 0, textOid, elements.length, 1];
  let at = 0;
  for (const number of head) at = bytes.writeInt32BE(number, at);
  for (const [n, element] of elements.entries()) {
    at = bytes.writeInt32BE(lengths[n] as number, at);
    if (element !== null) at += bytes.write(element, at);
  }
  return bytes;
}
