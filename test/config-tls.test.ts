import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createSecureContext, rootCertificates, TLSSocket } from 'node:tls';
import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ConfigError, loadConfig } from '../src/config.ts';

// For the name localhost alone, signed by itself, valid until 2120; the key protects nothing.
const cert = `-----BEGIN CERTIFICATE-----
MIIBYjCCAQegAwIBAgIBATAKBggqhkjOPQQDAjAUMRIwEAYDVQQDDAlsb2NhbGhv
c3QwIBcNMjAwMTAxMDAwMDAwWhgPMjEyMDAxMDEwMDAwMDBaMBQxEjAQBgNVBAMM
CWxvY2FsaG9zdDBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IABCtOjLJ3b9dGGfO2
7Nt05Gu0969x6pEUXbiuLKZqWCSwQ4dGFIQ/y5vUFZhpJvgVBbdP6qMHkFrrE2lr
xYU+VgijSDBGMBQGA1UdEQQNMAuCCWxvY2FsaG9zdDAPBgNVHRMBAf8EBTADAQH/
MB0GA1UdDgQWBBSMhPtYvg98Nkte/N8Kd2Ptp2mxhDAKBggqhkjOPQQDAgNJADBG
AiEA6LEcBcHoAUTTMFEoUEPIRoiQGr28NQE2MoYdn5WFO20CIQDGuJEXTt8H925v
emNR7x7SYiUHc2wzrFA98vwiDgDfQQ==
-----END CERTIFICATE-----
`;
const key = `-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgQzO8/VfIvapKmBxs
vVI9zPVoK1WeEU6aywdRt7UWaAChRANCAAQrToyyd2/XRhnztuzbdORrtPevceqR
FF24riymalgksEOHRhSEP8ub1BWYaSb4FQW3T+qjB5Ba6xNpa8WFPlYI
-----END PRIVATE KEY-----
`;

const cwd = mkdtempSync(join(tmpdir(), 'daymark-config-'));
let server: Server;
let port: number;
/** What the server saw of each connection, in order. */
const seen: ('plain' | 'encrypted' | 'with a client certificate')[] = [];

beforeAll(async () => {
  writeFileSync(join(cwd, 'own.crt'), cert);
  writeFileSync(join(cwd, 'own.key'), key);
  writeFileSync(join(cwd, 'other.crt'), rootCertificates[0] ?? '');
  writeFileSync(join(cwd, 'not.crt'), 'not a certificate');
  server = createServer((socket) =>
    socket.on('error', () => undefined).once('data', (data) => greet(socket, data)),
  );
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  port = (server.address() as AddressInfo).port;
});

afterAll(() => {
  server.close();
  rmSync(cwd, { recursive: true });
});

describe('a connection with', () => {
  const refused = /self-signed certificate|unable to verify|altnames/;
  test.each([
    ['', '127.0.0.1', 'plain'],
    ['sslmode=disable', '127.0.0.1', 'plain'],
    ['sslmode=require', '127.0.0.1', 'encrypted'],
    ['sslmode=require&sslrootcert=own.crt', '127.0.0.1', 'encrypted'],
    ['sslmode=require&sslrootcert=other.crt', '127.0.0.1', refused],
    ['sslmode=verify-ca&sslrootcert=own.crt', '127.0.0.1', 'encrypted'],
    ['sslmode=verify-ca&sslrootcert=other.crt', '127.0.0.1', refused],
    ['sslmode=verify-full&sslrootcert=own.crt', 'localhost', 'encrypted'],
    ['sslmode=verify-full&sslrootcert=own.crt', '127.0.0.1', refused],
    ['sslmode=verify-full&sslrootcert=other.crt', 'localhost', refused],
    ['sslmode=verify-full&sslrootcert=system', 'localhost', refused],
    ['sslmode=verify-full', 'localhost', refused],
    ['sslmode=require&sslcert=own.crt&sslkey=own.key', '127.0.0.1', 'with a client certificate'],
  ])('"%s" to %s: %s', async (parameters, host, outcome) => {
    const before = seen.length;
    const connecting = connect(`postgres://u@${host}:${port}/d?${parameters}`);
    if (outcome instanceof RegExp) {
      await expect(connecting).rejects.toThrow(outcome);
    } else {
      await connecting;
      expect(seen.slice(before)).toEqual([outcome]);
    }
  });
});

test.each([
  ['sslmode=verify-ca', 'has sslmode=verify-ca without sslrootcert'],
  ['sslmode=verify-ca&sslrootcert=system', 'has sslrootcert=system, which needs sslmode=verify-full'],
  [
    'sslmode=verify-full&sslrootcert=not.crt',
    'has sslrootcert, and that file is not a certificate in PEM form',
  ],
  [
    'sslmode=verify-full&sslrootcert=none',
    'has sslrootcert, and that file cannot be read: there is no such file',
  ],
  ['sslmode=require&sslcert=own.crt', 'has one of sslcert and sslkey without the other'],
  ['sslmode=require&sslcert=other.crt&sslkey=own.key', 'has an sslcert and an sslkey that are not a pair'],
  ['sslmode=require&sslcert=own.crt&sslkey=not.crt', 'has an sslcert and an sslkey that are not a pair'],
])('"%s" is refused', (parameters, detail) => {
  const env = { DATABASE_URL: `postgres://u@h/d?${parameters}` };
  expect(() => loadConfig(env, cwd, false)).toThrow(ConfigError);
  expect(() => loadConfig(env, cwd, false)).toThrow(`DATABASE_URL: ${detail}`);
});

async function connect(url: string): Promise<void> {
  const { database } = loadConfig({ DATABASE_URL: url }, cwd, false).config;
  if (database.kind !== 'server') throw new Error('no server');
  const client = new Client(database.connection);
  await client.connect();
  await client.end();
}

/** As much of PostgreSQL's protocol as a client needs to be connected. */
function greet(socket: Socket, data: Buffer): void {
  const isTlsRequest = data.length === 8 && data.readInt32BE(4) === 80_877_103;
  if (!isTlsRequest) {
    seen.push('plain');
    socket.write(readyForQuery);
    return;
  }
  const options = { isServer: true, secureContext: createSecureContext({ cert, key }), requestCert: true };
  const secure = new TLSSocket(socket, { ...options, rejectUnauthorized: false });
  secure.on('error', () => undefined);
  secure.once('data', () => {
    seen.push(secure.getPeerX509Certificate() === undefined ? 'encrypted' : 'with a client certificate');
    secure.write(readyForQuery);
  });
  socket.write('S');
}

// AuthenticationOk, then ReadyForQuery.
const readyForQuery = Buffer.from([0x52, 0, 0, 0, 8, 0, 0, 0, 0, 0x5a, 0, 0, 0, 5, 0x49]);
