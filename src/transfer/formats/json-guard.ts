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
    scan(chunk, state, itemDepth);
    yield chunk;
  }
}

function scan(chunk: Buffer, state: State, itemDepth: number): void {
  let { depth, inText, escaped, text, item } = state;
  for (const byte of chunk) {
    item++;
    if (inText) {
      text++;
      if (escaped) escaped = false;
      else if (byte === backslash) escaped = true;
      else if (byte === quote) {
        inText = false;
        if (text > limits.cell) throw tooLarge('a text of more than 1 MiB');
      }
    } else if (byte === quote) {
      inText = true;
      text = 0;
    } else if (byte === 0x7b || byte === 0x5b) {
      if (++depth > limits.depth) throw tooLarge(`objects more than ${limits.depth} deep`);
    } else if (byte === 0x7d || byte === 0x5d) {
      if (--depth <= itemDepth) item = 0;
    }
  }
  if (inText && text > limits.cell) throw tooLarge('a text of more than 1 MiB');
  if (item > limits.record) throw tooLarge('an entry of more than 8 MiB');
  Object.assign(state, { depth, inText, escaped, text, item });
}

function tooLarge(what: string) {
  return fileProblem('file_too_large', `The document has ${what}.`);
}
