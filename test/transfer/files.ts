import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sqlite from 'node-sqlite3-wasm';
import { ZipFile } from 'yazl';

/** A zip of these members. */
export async function zipOf(members: Record<string, string | Buffer>): Promise<Buffer> {
  const zip = new ZipFile();
  for (const [name, content] of Object.entries(members)) {
    const bytes = Buffer.from(content);
    zip.addBuffer(bytes, name);
  }
  zip.end();
  const chunks: Buffer[] = [];
  for await (const chunk of zip.outputStream) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

/** A zip whose directory names one member `count` times, with the records for so many (APPNOTE 4.3.14 to 4.3.16). */
export async function zipOfMany(count: number): Promise<Buffer> {
  const one = await zipOf({ x: '' });
  const start = one.lastIndexOf(Buffer.from('PK\u0001\u0002'));
  const end = one.lastIndexOf(Buffer.from('PK\u0005\u0006'));
  const record = one.subarray(start, end);
  const directory = Buffer.alloc(record.length * count, record);
  const large = Buffer.alloc(56);
  large.write('PK\u0006\u0006', 'latin1');
  large.writeBigUInt64LE(44n, 4);
  large.writeBigUInt64LE(BigInt(count), 24);
  large.writeBigUInt64LE(BigInt(count), 32);
  large.writeBigUInt64LE(BigInt(directory.length), 40);
  large.writeBigUInt64LE(BigInt(start), 48);
  const locator = Buffer.alloc(20);
  locator.write('PK\u0006\u0007', 'latin1');
  locator.writeBigUInt64LE(BigInt(start + directory.length), 8);
  locator.writeUInt32LE(1, 16);
  const last = Buffer.from(one.subarray(end));
  last.fill(0xff, 8, 20);
  return Buffer.concat([one.subarray(0, start), directory, large, locator, last]);
}

/** Base64 in lines, as Daylio writes it. */
export function base64Lines(document: unknown): string {
  return Buffer.from(JSON.stringify(document)).toString('base64').replaceAll(/.{76}/g, '$&\n');
}

export const predecessorSchema = `
  create table users (id integer primary key autoincrement, email text unique not null, password_hash text not null,
    created_at datetime default current_timestamp);
  create table entries (id integer primary key autoincrement, user_id integer not null, text text, mood integer,
    category text, created_at datetime default current_timestamp);`;

/** An SQLite file in which `fill` has been at work. */
export function sqliteFile(fill: (database: sqlite.Database) => void): Buffer {
  const directory = mkdtempSync(join(tmpdir(), 'daymark-sqlite-'));
  try {
    const path = join(directory, 'data.db');
    const database = new sqlite.Database(path);
    fill(database);
    database.close();
    return readFileSync(path);
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}
