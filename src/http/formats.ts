/** Formats of strings that JSON Schema does not know or checks less strictly; used by name in schemas. */
export const formats: Record<string, (value: string) => boolean> = {
  text: isText,
  label: (value) => isText(value) && !isBlank(value),
  uuid: isUuid,
  day: isDay,
  instant: (value) => parseInstant(value) !== null,
  'day-or-instant': (value) => isDay(value) || parseInstant(value) !== null,
  'time-zone': isTimeZone,
};

/** The plain sentence for a string that misses its format. */
export const formatDetails: Record<string, string> = {
  text: 'must be Unicode text without U+0000 and without lone surrogates',
  label: 'must not be blank, nor hold U+0000 or a lone surrogate',
  uuid: 'must be a UUID',
  day: 'must be a day of the calendar, YYYY-MM-DD',
  instant: 'must be a time as in RFC 3339 with an offset, like 2026-03-01T07:30:00Z',
  'day-or-instant': 'must be a day, YYYY-MM-DD, or a time as in RFC 3339 with an offset',
  'time-zone': 'must be an IANA time zone, like Europe/Paris',
};

/** Text that PostgreSQL and UTF-8 carry code point for code point: no U+0000, no lone surrogate. */
export function isText(value: string): boolean {
  return value.isWellFormed() && !value.includes('\0');
}

/** Nothing but Unicode white space (the property White_Space; JavaScript's \s is another set). */
export function isBlank(value: string): boolean {
  return /^\p{White_Space}*$/u.test(value);
}

/** A UUID in its canonical form, in either case (RFC 9562 §4). */
export function isUuid(value: string): boolean {
  return /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i.test(value);
}

/** A day of the Gregorian calendar from 0001-01-01 on, YYYY-MM-DD. */
export function isDay(value: string): boolean {
  const parts = /^(\d{4})-(\d{2})-(\d{2})$/.exec(value);
  return parts !== null && isDate(Number(parts[1]), Number(parts[2]), Number(parts[3]));
}

const instantPattern =
  /^(\d{4})-(\d{2})-(\d{2})[Tt]([01]\d|2[0-3]):([0-5]\d):([0-5]\d)(?:\.(\d+))?(?:[Zz]|([+-])([01]\d|2[0-3]):([0-5]\d))$/;

/**
 * Reads an RFC 3339 time with an offset and gives it in UTC with milliseconds, what is finer cut off;
 * null where it is none. Leap seconds (`:60`) are none: no clock here could give one back.
 */
export function parseInstant(value: string): string | null {
  if (value !== lastRead.text) lastRead = { text: value, instant: readInstant(value) };
  return lastRead.instant;
}

/** Who takes a time in reads it three times: to know that it is one, what it is, and where it stands. */
let lastRead: { text: string; instant: string | null } = { text: '', instant: null };

function readInstant(value: string): string | null {
  const parts = instantPattern.exec(value);
  if (parts === null) return null;
  const [year, month, day] = [Number(parts[1]), Number(parts[2]), Number(parts[3])];
  if (!isDate(year, month, day)) return null;
  // Nothing to do for what is written so already.
  if (parts[7]?.length === 3 && value.charAt(10) === 'T' && value.endsWith('Z')) return value;
  const time = new Date(0);
  // setUTCFullYear and not Date.UTC, which reads the years 0 to 99 as 1900 to 1999.
  time.setUTCFullYear(year, month - 1, day);
  const milliseconds = Number((parts[7] ?? '').slice(0, 3).padEnd(3, '0'));
  time.setUTCHours(Number(parts[4]), Number(parts[5]), Number(parts[6]), milliseconds);
  const offset = (Number(parts[9] ?? 0) * 60 + Number(parts[10] ?? 0)) * (parts[8] === '-' ? -1 : 1);
  const utc = new Date(time.getTime() - offset * 60_000).toISOString();
  return /^(?:0000|[+-])/.test(utc) ? null : utc;
}

function isDate(year: number, month: number, day: number): boolean {
  if (year === 0 || month < 1 || month > 12 || day < 1) return false;
  const leap = (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;
  return day <= (month === 2 ? (leap ? 29 : 28) : [4, 6, 9, 11].includes(month) ? 30 : 31);
}

/** What ICU takes and PostgreSQL does not, or takes for another zone: three letters of old Java, and names that never became IANA's. */
const onlyIcu =
  /^(?:A[CES]T|AGT|ART|B[ES]T|C[ANS]T|CTT|E[AC]T|I[ES]T|JST|MIT|N[ES]T|P[LNRS]T|[SV]ST|SystemV\/.*|US\/Pacific-New|Canada\/East-Saskatchewan)$/i;

/** A time zone name that ICU and PostgreSQL know alike; offsets such as +02:00, which newer versions of ICU take too, are no names. */
export function isTimeZone(value: string): boolean {
  if (onlyIcu.test(value) || !/^[A-Za-z][A-Za-z0-9_+/-]{0,63}$/.test(value)) return false;
  const known = knownZones.get(value) ?? isKnownToIcu(value);
  // There are some 600, and any of them in any case, and whatever somebody sends.
  if (knownZones.size >= 2000) knownZones.clear();
  knownZones.set(value, known);
  return known;
}

/** To ask ICU costs a quarter of writing an entry. */
const knownZones = new Map<string, boolean>();

function isKnownToIcu(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return true;
  } catch {
    return false;
  }
}
