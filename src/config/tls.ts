import { createPrivateKey, X509Certificate } from 'node:crypto';
import { resolve } from 'node:path';
import type { ConnectionOptions } from 'node:tls';
import { Wrong } from './errors.ts';
import { readText } from './text-file.ts';

const modes = ['disable', 'require', 'verify-ca', 'verify-full'] as const;
export type TlsMode = (typeof modes)[number];

/** Paths of PEM files, as in libpq; `sslrootcert` may be the word `system`. */
export interface TlsFiles {
  sslrootcert?: string;
  sslcert?: string;
  sslkey?: string;
}

/** An `sslmode` of libpq that node-postgres can keep. */
export function tlsMode(text: string): TlsMode {
  const mode = modes.find((each) => each === text);
  if (mode !== undefined) return mode;
  if (text === 'prefer' || text === 'allow') {
    throw new Wrong('would go on without encryption in silence; use verify-full, require or disable');
  }
  throw new Wrong(`is not one of ${modes.join(', ')}`);
}

/** An `sslmode` that needs no certificate file, for where none can be named. */
export function tlsModeWithoutFiles(text: string): TlsMode {
  const mode = tlsMode(text);
  if (mode === 'verify-ca')
    throw new Wrong('needs a root certificate; set DATABASE_URL with sslrootcert instead');
  return mode;
}

/**
 * The `ssl` option of node-postgres for an `sslmode`, with the meaning it has in libpq: `require` encrypts and
 * verifies nothing, unless a root certificate is given, then it is `verify-ca`: the chain and not the name.
 * https://www.postgresql.org/docs/current/libpq-ssl.html#LIBPQ-SSL-PROTECTION
 */
export function tlsOptions(mode: TlsMode, files: TlsFiles, cwd: string): ConnectionOptions | false {
  if (mode === 'disable') return false;
  const { sslrootcert: root } = files;
  if (root === 'system' && mode !== 'verify-full') {
    throw new Wrong('has sslrootcert=system, which needs sslmode=verify-full');
  }
  // Any certificate that a public authority ever signed would pass, whatever its name.
  if (root === undefined && mode === 'verify-ca')
    throw new Wrong('has sslmode=verify-ca without sslrootcert');
  const options = {
    ...(root === undefined || root === 'system' ? {} : { ca: pem('sslrootcert', root, cwd) }),
    ...verification(root !== undefined && mode === 'require' ? 'verify-ca' : mode),
  };
  return withClientCertificate(options, files, cwd);
}

function verification(mode: TlsMode): ConnectionOptions {
  if (mode === 'require') return { rejectUnauthorized: false };
  if (mode === 'verify-ca') return { rejectUnauthorized: true, checkServerIdentity: () => undefined };
  return { rejectUnauthorized: true };
}

function withClientCertificate(options: ConnectionOptions, files: TlsFiles, cwd: string): ConnectionOptions {
  const { sslcert, sslkey } = files;
  if ((sslcert === undefined) !== (sslkey === undefined)) {
    throw new Wrong('has one of sslcert and sslkey without the other');
  }
  if (sslcert === undefined || sslkey === undefined) return options;
  const [cert, key] = [pem('sslcert', sslcert, cwd), pem('sslkey', sslkey, cwd)];
  if (!isPair(cert, key)) {
    throw new Wrong('has an sslcert and an sslkey that are not a pair in PEM form, the key not encrypted');
  }
  // node-postgres makes the key non-enumerable itself, which fails on a frozen object unless it already is.
  return Object.defineProperty({ ...options, cert }, 'key', { value: key });
}

function isPair(cert: string, key: string): boolean {
  try {
    return new X509Certificate(cert).checkPrivateKey(createPrivateKey(key));
  } catch {
    return false;
  }
}

function pem(parameter: keyof TlsFiles, path: string, cwd: string): string {
  try {
    const text = readText(resolve(cwd, path));
    if (parameter !== 'sslkey') new X509Certificate(text);
    return text;
  } catch (error) {
    const reason = error instanceof Wrong ? error.message : 'is not a certificate in PEM form';
    throw new Wrong(`has ${parameter}, and that file ${reason}`);
  }
}
