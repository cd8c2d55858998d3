/** A number as people write it, with a point or a comma; null where it is none. */
export function readNumber(typed: string): number | null {
  const text = typed.trim().replace(',', '.').replace('−', '-');
  return /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i.test(text) && Number.isFinite(Number(text))
    ? Number(text)
    : null;
}

/** A name as the contract wants it, from one as people write it: "Sleep hours" is `sleep_hours`. Null where nothing is left. */
export function measureName(typed: string): string | null {
  const plain = typed.normalize('NFKD').replaceAll(/\p{M}/gu, '').toLowerCase();
  const name = plain
    .replaceAll(/[^a-z0-9]+/g, '_')
    .replaceAll(/^[_0-9]+|_+$/g, '')
    .slice(0, 40);
  return name === '' ? null : name;
}
