import { readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import type { ClientConfig } from 'pg';
import { passwordFile } from './make-cluster.ts';
import { findPostmaster, readPidFile } from './postmaster.ts';

/** How the PostgreSQL of a cluster is reached. */
export interface Address {
  /** A directory for a Unix socket, or 127.0.0.1. */
  host: string;
  port: number;
  /** Only over TCP. */
  password?: string;
}

/**
 * The address of a cluster: a Unix socket in its own directory, which is closed to other users. Where that
 * path is too long for a socket: TCP on the loopback interface, at the port where it runs or ran before, else
 * at a free one.
 */
export async function addressOf(cluster: string): Promise<Address> {
  const port = 5432;
  if (fitsSocket(cluster, port)) return { host: cluster, port };
  const password = readFileSync(join(cluster, passwordFile), 'utf8');
  return { host: '127.0.0.1', port: await tcpPort(cluster), password };
}

/** The same address at the port where PostgreSQL runs now: another process may have started it meanwhile. */
export function currentAddress(address: Address, cluster: string): Address {
  if (address.password === undefined) return address;
  return { ...address, port: findPostmaster(cluster)?.port ?? address.port };
}

/** What a client of `pg` connects with. */
export function connectionTo(address: Address, database: string): ClientConfig {
  return { ...address, user: 'daymark', database, ssl: false };
}

/** Linux takes 107 bytes and macOS 103; the rest is for what a container puts before the path. */
function fitsSocket(cluster: string, port: number): boolean {
  return Buffer.byteLength(`${cluster}/.s.PGSQL.${port}`) <= 100;
}

async function tcpPort(cluster: string): Promise<number> {
  const known = readPidFile(cluster)?.port;
  if (known !== undefined && (findPostmaster(cluster) !== null || (await isFree(known)))) return known;
  for (;;) {
    // Below the ports that systems hand to outgoing connections (from 32768 or 49152 on): a client that
    // tries again and again while PostgreSQL is away could otherwise be given this port and meet itself.
    const port = 20_000 + Math.floor(Math.random() * 12_000);
    if (await isFree(port)) return port;
  }
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  });
}
