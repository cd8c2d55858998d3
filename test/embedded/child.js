// Started by start-process.ts: starts PostgreSQL with the compiled program in `dist`, says on standard output what came of it,
// and stops when its standard input ends.
import pino from 'pino';

const [dist, dataDir, purpose] = process.argv.slice(2);
const { startEmbedded } = await import(new URL('db/embedded/start.js', dist).href);
const { StartError } = await import(new URL('exit.js', dist).href);

try {
  const log = pino({ level: 'silent' });
  const embedded = await startEmbedded({ dataDir, purpose, log, settings: { fsync: 'off' } });
  console.log(JSON.stringify({ connection: embedded.connection, version: embedded.version }));
  process.stdin.resume().once('end', () => void embedded.stop());
} catch (error) {
  if (!(error instanceof StartError)) throw error;
  console.log(JSON.stringify({ error: error.message, exitCode: error.exitCode }));
  process.stdin.destroy();
}
