import { connect, type Socket } from 'node:net';

/**
 * One kept-alive HTTP connection that sends a request, waits for the whole answer, and only then the next.
 * Node's own client costs as much as the server under test; this reads no more than it must.
 */
export function closedLoop(
  port: number,
  next: () => Buffer,
  onAnswer: (status: number, milliseconds: number) => void,
): Promise<Socket> {
  const socket = connect(port, '127.0.0.1').setNoDelay(true);
  let sent = 0;
  let status = 0;
  let missing = 0;
  let head = '';
  const send = () => {
    sent = performance.now();
    socket.write(next());
  };
  const finish = () => {
    onAnswer(status, performance.now() - sent);
    if (!socket.destroyed) send();
  };
  socket.on('data', (data) => {
    if (missing > 0) {
      missing -= data.length;
      if (missing === 0) finish();
      return;
    }
    const end = data.indexOf('\r\n\r\n');
    if (end < 0) {
      head += data.toString('latin1');
      return;
    }
    head += data.toString('latin1', 0, end);
    status = Number(head.slice(9, 12));
    const length = Number(/\r\ncontent-length: (\d+)/i.exec(head)?.[1] ?? 0);
    head = '';
    missing = length - (data.length - end - 4);
    if (missing === 0) finish();
  });
  return new Promise((resolve, reject) => {
    socket.once('error', reject);
    socket.once('connect', () => {
      send();
      resolve(socket);
    });
  });
}
