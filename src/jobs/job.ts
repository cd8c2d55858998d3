/**
 * Where a kind of job runs in a process. `network`: it mostly waits for other machines, so a great many may be in
 * hand at once. `work`: it keeps a processor or the database busy, so that two at once are enough.
 */
export type Lane = 'network' | 'work';

/** A kind of job, as a value: what is put into the queue under its name carries such a payload. */
export interface Job<Payload extends object> {
  readonly name: string;
  readonly lane: Lane;
  /** How often it is tried before it is given up; the pauses grow as e^attempt seconds, with jitter. */
  readonly maxAttempts: number;
  /** Only for the type: there is no such member. */
  readonly payload?: Payload;
}

/** What a handler knows of the run of its job. */
export interface JobRun {
  /** From 1. */
  readonly attempt: number;
  /** Aborted when the process ends: finish what is in hand and begin nothing new. */
  readonly signal: AbortSignal;
}

/** A job and what runs it. What it throws is logged, and the job tried again later. */
export interface Handler {
  readonly job: Job<object>;
  readonly run: (payload: unknown, run: JobRun) => Promise<void>;
}

/** When a job is due by itself: minute, hour, day of month, month, day of week, in UTC. */
export interface Schedule {
  readonly at: string;
  readonly job: Job<Record<string, never>>;
}

/** A kind of job; `name` is unique in the program and stays, since jobs outlive the release that queued them. */
export function defineJob<Payload extends object>(
  name: string,
  { lane = 'work', maxAttempts = 25 }: { lane?: Lane; maxAttempts?: number } = {},
): Job<Payload> {
  return { name, lane, maxAttempts };
}

/** Says what runs a kind of job. */
export function handle<Payload extends object>(
  job: Job<Payload>,
  run: (payload: Payload, run: JobRun) => Promise<void>,
): Handler {
  return { job, run: (payload, each) => run(payload as Payload, each) };
}
