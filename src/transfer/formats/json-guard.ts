import { limits } from '../limits.ts';
import { fileProblem } from './row.ts';

const quote = 0x22;
const backslash = 0x5c;

interface State {
  depth: number;
  inText: boolean;
  escaped: boolean;
  /** Bytes of the text, and since the last item ended. */
  text: number;
  item: number;
}

/**
 * Lets a JSON document pass as it comes, and stops one that would fill the memory of whoever puts it together: nested
 * too deep, or with a text or an item that is too large. An item has ended where the nesting is `itemDepth` again.
 */
export async function* guarded(content: AsyncIterable<Buffer>, itemDepth: number): AsyncGenerator<Buffer> {
  const state: State = { depth: 0, inText: false, escaped: false, text: 0, item: 0 };
  for await (const chunk of content) {
    const { wrong, whole } = scan(chunk, state, itemDepth);
    if (wrong === null) yield chunk;
    else {
      // The items before the one that is too large are good.
      yield chunk.subarray(0, whole);
      throw fileProblem('file_too_large', `The document has ${wrong}.`);
    }
  }
}

/** What is wrong in a chunk, if anything is, and where the last item in it ended. */
function scan(chunk: Buffer, state: State, itemDepth: number): { wrong: string | null; whole: number } {
  let { depth, inText, escaped, text, item } = state;
  let [whole, deepest, longest, largest] = [0, 0, 0, 0];
  for (let n = 0; n < chunk.length && deepest <= limits.depth && longest <= limits.cell; n++) {
    const byte = chunk[n];
    item++;
    if (inText) {
      text++;
      longest = Math.max(longest, text);
      if (escaped) escaped = false;
      else if (byte === backslash) escaped = true;
      else if (byte === quote) inText = false;
    } else if (byte === quote) {
      inText = true;
      text = 0;
    } else if (byte === 0x7b || byte === 0x5b) {
      deepest = Math.max(deepest, ++depth);
    } else if ((byte === 0x7d || byte === 0x5d) && --depth <= itemDepth) {
      largest = Math.max(largest, item);
      item = 0;
      whole = n + 1;
    }
  }
  Object.assign(state, { depth, inText, escaped, text, item });
  return { wrong: wrongIn(deepest, longest, Math.max(largest, item)), whole };
}

function wrongIn(deepest: number, longest: number, largest: number): string | null {
  if (deepest > limits.depth) return `objects more than ${limits.depth} deep`;
  if (longest > limits.cell) return 'a text of more than 1 MiB';
  return largest > limits.record ? 'an entry of more than 8 MiB' : null;
}
