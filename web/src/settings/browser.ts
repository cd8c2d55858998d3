// In the order in which they must be asked: Edge and Opera call themselves Chrome too, and all three Safari.
const browsers: [RegExp, string][] = [
  [/Edg\//, 'Edge'],
  [/OPR\//, 'Opera'],
  [/Firefox\//, 'Firefox'],
  [/Chrome\//, 'Chrome'],
  [/Safari\//, 'Safari'],
];
const systems: [RegExp, string][] = [
  [/iPhone|iPad/, 'iOS'],
  [/Android/, 'Android'],
  [/Windows/, 'Windows'],
  [/Mac OS/, 'macOS'],
  [/Linux/, 'Linux'],
];

/** "Firefox, Linux" from a User-Agent; what is none of the known browsers as it calls itself. */
export function browserOf(userAgent: string | null): string {
  if (userAgent === null) return '–';
  const find = (list: [RegExp, string][]) => list.find(([pattern]) => pattern.test(userAgent))?.[1];
  const browser = find(browsers);
  return browser === undefined ? userAgent.slice(0, 60) : [browser, find(systems)].filter(Boolean).join(', ');
}
