import type { IncomingHttpHeaders } from 'node:http';
import { request } from 'node:https';
import type { AddressInfo } from 'node:net';
import { testApp } from '../app.ts';
import { pathOf } from './files.ts';

const name = 'hooks.test';
/** Where the client is: another address of this machine than the proxy's own. */
export const clientAddress = '127.0.0.2';
/** The name in the certificate that the proxies show. */
export const publicUrl = `https://${name}`;
const pem = (part: string) => pathOf(`test/webhooks/tls/${name}.${part}.pem`);
export const certificate = { cert: pem('cert'), key: pem('key') };

/** A server that believes a proxy on this machine and whose imports wait; gives its port. Ended after the file. */
export async function serverBehindProxy(): Promise<number> {
  const { app } = await testApp({ publicUrl, trustedProxies: ['127.0.0.1'] });
  await app.listen({ host: '127.0.0.1', port: 0 });
  return (app.server.address() as AddressInfo).port;
}

export interface Answer {
  status: number;
  headers: IncomingHttpHeaders;
  text: string;
}

export interface Question {
  headers?: Record<string, string>;
  body?: string;
  /** Ends the answer as soon as it holds this. */
  until?: string;
}

/** Sends requests over TLS from `clientAddress` to a port of this machine, each over a connection of its own. */
export function askAt(port: number) {
  return (method: string, path: string, { headers = {}, body, until }: Question = {}) =>
    new Promise<Answer>((resolve, reject) => {
      const where = { host: '127.0.0.1', port, localAddress: clientAddress, agent: false as const };
      const tls = { servername: name, rejectUnauthorized: false };
      const type = body === undefined ? {} : { 'content-type': 'application/json' };
      const all = { host: name, ...type, ...headers };
      const sent = request({ ...where, ...tls, method, path, headers: all }, (answer) => {
        const { statusCode: status = 0, headers: received } = answer;
        let text = '';
        const end = () => resolve({ status, headers: received, text });
        answer.setEncoding('utf8').on('error', reject).on('end', end);
        answer.on('data', (part: string) => {
          text += part;
          if (until === undefined || !text.includes(until)) return;
          end();
          sent.destroy();
        });
      });
      sent.on('error', reject);
      sent.end(body);
    });
}
