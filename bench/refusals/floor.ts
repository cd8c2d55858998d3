import { createServer } from 'node:http';
import { createServer as createTcpServer } from 'node:net';

// The least of Node that answers 503 to whatever comes: by its HTTP server, or by bytes that are read by nobody and written
// always the same. Run with `http` or `net`, and the answer as JSON.

const [kind, json = ''] = process.argv.slice(2);
const { head, body } = JSON.parse(json) as { head: [string, string][]; body: string };
const lines = head.map(([name, value]) => `${name}: ${value}\r\n`).join('');
const whole = `HTTP/1.1 503 Service Unavailable\r\n${lines}\r\n${body}`;

const server =
  kind === 'http'
    ? createServer((_request, response) => response.writeHead(503, head.flat()).end(body))
    : createTcpServer({ noDelay: true }, (socket) => {
        socket.on('error', () => undefined);
        socket.on('data', () => socket.write(whole, 'latin1'));
      });
server.listen(0, '127.0.0.1', () => process.send?.(server.address()));
