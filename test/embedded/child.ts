// Started by start-process.ts: starts PostgreSQL, says on standard output what came of it, and stops when its
// standard input ends.
import pino from 'pino';
import { startEmbedded } from '../../src/db/embedded/start.ts';
import { StartError } from '../../src/exit.ts';

const [dataDir = '', purpose = ''] = process.argv.slice(2);
try {
  const embedded = await startEmbedded({
    dataDir,
    purpose: purpose === 'serve' ? 'serve' : 'command',
    log: pino({ level: 'silent' }),
    settings: { fsync: 'off' },
  });
  console.log(JSON.stringify({ connection: embedded.connection, version: embedded.version }));
  process.stdin.resume().once('end', () => void embedded.stop());
} catch (error) {
  if (!(error instanceof StartError)) throw error;
  console.log(JSON.stringify({ error: error.message, exitCode: error.exitCode }));
  process.stdin.destroy();
}
