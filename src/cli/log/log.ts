import { join } from 'node:path';
import { exitCodes, StartError } from '../../exit.ts';
import { entryOf, type LogOptions, type Waiting } from './entry.ts';
import { readLines, stateFolder, writeLines } from './lines.ts';
import { exclusively } from './lock.ts';
import { send, type Outcome } from './send.ts';
import { serverOf, type Server } from './server.ts';

/**
 * `log [text]`: what is to be written is in the outbox, on the disk, before it is sent, and leaves it when the
 * server has it. Sent in the order of writing; what the server can never take is kept aside.
 */
export async function log(text: string | undefined, options: LogOptions): Promise<void> {
  const { flush: isFlush = false, json: _json, ...members } = options;
  if (isFlush && (text !== undefined || Object.keys(members).length > 0)) {
    throw new StartError('--flush writes nothing: leave it out, or the entry', exitCodes.usage);
  }
  const server = serverOf(process.env, process.cwd());
  const folder = stateFolder(process.env);
  const outbox = join(folder, 'outbox.jsonl');
  const own = isFlush ? null : await entryOf(text, options, server.url);
  await exclusively(join(folder, 'outbox.lock'), async () => {
    const waiting = await readLines<Waiting>(outbox);
    if (own !== null) await writeLines(outbox, [...waiting, own]);
    const queue = own === null ? waiting : [...waiting, own];
    const outcomes = await sendInOrder(server, queue);
    const left = queue.filter(({ id }) => !isDone(outcomes.get(id)));
    await keepAside(folder, queue, outcomes);
    await writeLines(outbox, left);
    report({ own, outcomes, left, outbox, server, json: options.json === true });
  });
}

/** Stops at the first that has to wait, so that the order stays. What was written for another server is passed over. */
async function sendInOrder(server: Server, queue: Waiting[]): Promise<Map<string, Outcome>> {
  const outcomes = new Map<string, Outcome>();
  for (const each of queue.filter(({ url }) => url === server.url)) {
    const outcome = await send(server, each);
    outcomes.set(each.id, outcome);
    if (!isDone(outcome)) break;
  }
  return outcomes;
}

function isDone(outcome: Outcome | undefined): boolean {
  return outcome?.kind === 'sent' || outcome?.kind === 'wrong';
}

async function keepAside(folder: string, queue: Waiting[], outcomes: Map<string, Outcome>): Promise<void> {
  const aside = join(folder, 'refused.jsonl');
  const wrong = queue.flatMap((each) => {
    const outcome = outcomes.get(each.id);
    return outcome?.kind === 'wrong' ? [{ ...each, reason: outcome.reason }] : [];
  });
  if (wrong.length === 0) return;
  await writeLines(aside, [...(await readLines<object>(aside)), ...wrong]);
  for (const { entry, reason } of wrong) {
    process.stderr.write(
      `the server cannot take the entry of ${entry.at} (${reason}); it is kept in ${aside}\n`,
    );
  }
}

interface Report {
  own: Waiting | null;
  outcomes: Map<string, Outcome>;
  left: Waiting[];
  outbox: string;
  server: Server;
  json: boolean;
}

function report({ own, outcomes, left, outbox, server, json }: Report): void {
  const mine = own === null ? undefined : outcomes.get(own.id);
  if (mine?.kind === 'sent' && json && mine.entry !== null) console.log(mine.entry);
  const sent = [...outcomes.values()].filter(({ kind }) => kind === 'sent').length;
  if (!json) console.log(sent === 1 ? 'sent 1 entry' : `sent ${sent} entries`);
  const others = left.filter(({ url }) => url !== server.url).length;
  if (others > 0) process.stderr.write(`${others} in ${outbox} were written for another DAYMARK_URL\n`);
  const stopped = [...outcomes.values()].find(({ kind }) => kind === 'later' || kind === 'refused');
  if (stopped !== undefined && stopped.kind !== 'sent') {
    const waiting = `${left.length - others} waiting in ${outbox}; the next call sends them`;
    const line = `${server.url}: ${stopped.reason}; ${waiting}`;
    if (stopped.kind === 'refused') throw new StartError(line, exitCodes.configuration);
    process.stderr.write(`${line}\n`);
  }
  if (mine?.kind === 'wrong') process.exitCode = exitCodes.failed;
}
