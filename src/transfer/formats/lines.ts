import { limits } from '../limits.ts';
import { fileProblem } from './row.ts';

/** The lines of a text in UTF-8 that are not empty, without their ends. Throws where one is longer than 8 MiB. */
export async function* linesIn(content: AsyncIterable<Buffer>): AsyncGenerator<string, undefined> {
  // Decoded line by line, so that no character is cut by the end of a chunk.
  let rest: Buffer[] = [];
  let length = 0;
  for await (const chunk of content) {
    let start = 0;
    for (let end = chunk.indexOf(10); end >= 0; end = chunk.indexOf(10, start)) {
      rest.push(chunk.subarray(start, end));
      start = end + 1;
      const line = textOf(rest);
      rest = [];
      length = 0;
      if (line !== '') yield line;
    }
    rest.push(chunk.subarray(start));
    length += chunk.length - start;
    if (length > limits.record)
      throw fileProblem('file_too_large', 'The file has a line of more than 8 MiB.');
  }
  const last = textOf(rest);
  if (last !== '') yield last;
  return undefined;
}

function textOf(parts: Buffer[]): string {
  const text = (parts.length === 1 ? (parts[0] as Buffer) : Buffer.concat(parts)).toString();
  return text.replace(/^\ufeff/, '').trim();
}
