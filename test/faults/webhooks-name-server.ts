import { createSocket } from 'node:dgram';

/** A name server on 127.0.0.1:53 for the tests of a network namespace. */
export interface NameServer {
  /** How often it was asked for IPv4 addresses. */
  asked(): number;
  close(): void;
}

/** Answers each question for an IPv4 address with the next of `answers`, and the last one for ever; nothing else. */
export async function openNameServer(answers: readonly string[]): Promise<NameServer> {
  const socket = createSocket('udp4');
  let asked = 0;
  socket.on('message', (question, { port, address }) => {
    const isA = question.readUInt16BE(endOfName(question)) === 1;
    const answer = isA ? (answers[Math.min(asked, answers.length - 1)] ?? null) : null;
    if (isA) asked += 1;
    socket.send(reply(question, answer), port, address);
  });
  await new Promise<void>((resolve, reject) => {
    socket.once('error', reject);
    socket.bind(53, '127.0.0.1', resolve);
  });
  return { asked: () => asked, close: () => socket.close() };
}

/** RFC 1035 §4.1: header, the question again, and one address that is good for no second. */
function reply(question: Buffer, address: string | null): Buffer {
  const end = endOfName(question) + 4;
  const header = Buffer.from(question.subarray(0, 12));
  header.writeUInt16BE(0x8580, 2);
  header.writeUInt16BE(address === null ? 0 : 1, 6);
  header.writeUInt32BE(0, 8);
  const record =
    address === null
      ? Buffer.alloc(0)
      : Buffer.from([0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 0, 0, 4, ...address.split('.').map(Number)]);
  return Buffer.concat([header, question.subarray(12, end), record]);
}

function endOfName(message: Buffer): number {
  let at = 12;
  while ((message[at] ?? 0) !== 0) at += (message[at] ?? 0) + 1;
  return at + 1;
}
