import { readFileSync } from 'node:fs';

/** True for one of the commonest passwords, whatever its case; `assets/common-passwords.txt` names its source. */
export function commonPasswords(): (password: string) => boolean {
  const text = readFileSync(new URL('../../assets/common-passwords.txt', import.meta.url), 'utf8');
  const common = new Set(text.split('\n').filter((line) => line !== '' && !line.startsWith('# ')));
  return (password) => common.has(password.normalize('NFKC').toLowerCase());
}
