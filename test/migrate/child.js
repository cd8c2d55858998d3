// Migrates with the compiled program in `dist`, as a process of its own, so that a test can kill it.
import pino from 'pino';

const [dist, directory] = process.argv.slice(2);
const { migrateTo } = await import(new URL('db/migrate.js', dist).href);
await migrateTo({
  connection: JSON.parse(process.env.CONNECTION),
  directory,
  target: 'latest',
  log: pino({ level: 'silent' }),
});
