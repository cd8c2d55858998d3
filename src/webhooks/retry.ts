// Uneven, and mostly early: a job is picked up a moment after it is due.
const jitter = { least: 0.82, most: 1.04 };
// RFC 9110 §5.6.7; Date.parse alone takes "-5" for a year.
const httpDate = /^[A-Z][a-z]{2}, \d{2} [A-Z][a-z]{2} \d{4} \d{2}:\d{2}:\d{2} GMT$/;
const longestSeconds = 24 * 60 * 60;

/**
 * Seconds until the next attempt, after `tries` of them have failed; null where there is none. What the receiver asked
 * for in Retry-After (RFC 9110 §10.2.3) counts instead of the schedule, from one second to a day.
 */
export function nextDelay(
  schedule: readonly number[],
  tries: number,
  retryAfter: string | null,
  now = Date.now(),
): number | null {
  const planned = schedule[tries - 1];
  if (planned === undefined) return null;
  const asked = retryAfter === null ? null : secondsOf(retryAfter, now);
  if (asked !== null) return Math.min(Math.max(asked, 1), longestSeconds);
  return planned * (jitter.least + (jitter.most - jitter.least) * Math.random());
}

function secondsOf(retryAfter: string, now: number): number | null {
  if (/^\d{1,9}$/.test(retryAfter)) return Number(retryAfter);
  const date = httpDate.test(retryAfter) ? Date.parse(retryAfter) : NaN;
  return Number.isNaN(date) ? null : (date - now) / 1000;
}
