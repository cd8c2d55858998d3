const formats = new Map<string, Intl.DateTimeFormat>();

/** The wall clock of an instant in a zone, by ICU, as if it were UTC: milliseconds since 1970. */
export function wallClock(instant: number, zone: string): number {
  const parts = formatOf(zone).formatToParts(instant);
  const part = (type: string) => Number(parts.find((each) => each.type === type)?.value);
  return Date.UTC(
    part('year'),
    part('month') - 1,
    part('day'),
    part('hour'),
    part('minute'),
    part('second'),
    new Date(instant).getUTCMilliseconds(),
  );
}

/** The day of an instant by the contract's sentence: what the wall clock shows after taking off `minutes`. */
export function localDay(instant: number, zone: string, minutes: number): string {
  return new Date(wallClock(instant, zone) - minutes * 60_000).toISOString().slice(0, 10);
}

// Making one costs a hundred times as much as using it.
function formatOf(zone: string): Intl.DateTimeFormat {
  const known = formats.get(zone);
  if (known !== undefined) return known;
  const format = new Intl.DateTimeFormat('en-u-ca-iso8601-nu-latn', {
    timeZone: zone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  });
  formats.set(zone, format);
  return format;
}
