/** A name of a measure as the contract has it, made from what somebody called it; null where nothing is left. */
export function measureName(text: string): string | null {
  if (/^[a-z][a-z0-9_]{0,39}$/.test(text)) return text;
  const name = text
    .normalize('NFKD')
    .replaceAll(/\p{M}/gu, '')
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '_')
    .replaceAll(/^[_0-9]+|_+$/g, '')
    .slice(0, 40);
  return name === '' ? null : name;
}
