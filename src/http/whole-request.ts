/** The request line and headers of a request may be so large. */
export const maxHeaderBytes = 16 * 1024;

/** What a chunk of bytes is that holds one whole request. */
export interface WholeRequest {
  method: string;
  /** The path and the query, as sent. */
  target: string;
  bodyBytes: number;
}

const requestLine = /^(GET|HEAD|POST|PUT|PATCH|DELETE) (\/[^ ]*) HTTP\/1\.1\r\n/;
/** Line ends that not every program takes for one, and headers that say in another way where a body ends, or the connection. */
const ambiguous = /[^\r]\n|\r[^\n]|\n(?:transfer-encoding|expect|upgrade|connection(?!: keep-alive\r))/i;
const contentLength = /\r\ncontent-length: (\d{1,9})\r\n/i;
const anyContentLength = /content-length/gi;
const emptyLine = '\r\n\r\n';

/**
 * Reads a chunk that is one whole request of HTTP/1.1 and no byte more, written so that any program would read it alike
 * (RFC 9112): with one empty line, and at most one plain Content-Length. Null for all else.
 */
export function readWholeRequest(chunk: Buffer): WholeRequest | null {
  const end = chunk.indexOf(emptyLine);
  if (end < 0 || end > maxHeaderBytes || chunk.lastIndexOf(emptyLine) !== end) return null;
  const head = chunk.toString('latin1', 0, end + 2);
  const line = requestLine.exec(head);
  if (line === null || ambiguous.test(head)) return null;
  const bodyBytes = bodyBytesOf(head);
  if (bodyBytes !== chunk.length - end - emptyLine.length) return null;
  return { method: line[1] as string, target: line[2] as string, bodyBytes };
}

/** What the head says of its body; null where it says so twice or in an unusual way. */
function bodyBytesOf(head: string): number | null {
  const told = head.match(anyContentLength);
  if (told === null) return 0;
  const length = contentLength.exec(head)?.[1];
  return told.length > 1 || length === undefined ? null : Number(length);
}
