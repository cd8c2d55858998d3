const formats = new Map<string, Intl.DateTimeFormat>();

/** The wall clock of an instant in a zone, by ICU, as if it were UTC: milliseconds since 1970. */
export function wallClock(instant: number, zone: string): number {
  const shown = formatOf(zone).format(instant);
  return Date.parse(`${shown.replace(' ', 'T')}Z`) + new Date(instant).getUTCMilliseconds();
}

/** The day of an instant by the contract's sentence: what the wall clock shows after taking off `minutes`. */
export function localDay(instant: number, zone: string, minutes: number): string {
  return new Date(wallClock(instant, zone) - minutes * 60_000).toISOString().slice(0, 10);
}

// Making one costs a hundred times as much as using it; reading its parts one by one, three times.
function formatOf(zone: string): Intl.DateTimeFormat {
  const known = formats.get(zone);
  if (known !== undefined) return known;
  // Swedish writes dates as ISO 8601 does.
  const format = new Intl.DateTimeFormat('sv', {
    timeZone: zone,
    hourCycle: 'h23',
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
  });
  formats.set(zone, format);
  return format;
}
