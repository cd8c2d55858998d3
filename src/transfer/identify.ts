import { beginningOf, contentOf, type SourceFile } from './source-file.ts';
import { headerOf } from './formats/csv-records.ts';
import { backupMember } from './formats/daylio-backup.ts';
import { isZip, journalsIn } from './formats/dayone.ts';
import type { FormatName } from './format-names.ts';
import { exportMember } from './formats/journiv.ts';
import { fileProblem } from './formats/row.ts';
import { membersOf } from './formats/zip.ts';
import { limits } from './limits.ts';

/** What the content of a file can be read as, by how it begins. */
type Kind = 'zip' | 'sqlite' | 'json' | 'text';

const kindsOf: Record<FormatName, readonly Kind[]> = {
  daymark: ['json'],
  csv: ['text'],
  daylio: ['text', 'zip'],
  dayone: ['json', 'zip'],
  journiv: ['zip'],
  jrnl: ['json'],
  sqlite: ['sqlite'],
};

/**
 * The format of a file by its content, where `asked` is `auto`; else `asked`, if the content can be that at all. Throws
 * a Problem for a file that is none of ours, empty, not UTF-8 where it is text, or a bomb that shows as one.
 */
export async function identify(file: SourceFile, asked: FormatName | 'auto'): Promise<FormatName> {
  const beginning = await beginningOf(file, 64 * 1024);
  if (beginning.toString('latin1').trim() === '')
    throw fileProblem('file_empty', 'There is nothing in the file.');
  const kind = await kindOf(file, beginning);
  if (kind === 'json' || kind === 'text') await requireUtf8(file);
  if (kind === 'json') requireFlat(beginning);
  if (asked === 'auto') return formatOf(file, kind, beginning);
  if (kind === 'zip') await membersOf(file);
  if (kindsOf[asked].includes(kind)) return asked;
  throw fileProblem(
    'format_mismatch',
    `The file is not of the format ${asked}; format=auto finds out which.`,
  );
}

async function kindOf(file: SourceFile, beginning: Buffer): Promise<Kind> {
  if (await isZip(file)) return 'zip';
  if (beginning.toString('latin1').startsWith('SQLite format 3\0')) return 'sqlite';
  return /^(\xef\xbb\xbf)?\s*\{/.test(beginning.toString('latin1')) ? 'json' : 'text';
}

async function formatOf(file: SourceFile, kind: Kind, beginning: Buffer): Promise<FormatName> {
  const found =
    kind === 'sqlite'
      ? 'sqlite'
      : kind === 'zip'
        ? await formatOfZip(file)
        : kind === 'json'
          ? formatOfJson(beginning.toString())
          : await formatOfText(file);
  if (found !== null) return found;
  throw fileProblem('format_unknown', 'The file is of no format that is known here.');
}

async function formatOfZip(file: SourceFile): Promise<FormatName | null> {
  const members = await membersOf(file);
  const has = (name: string) => members.some((member) => member.name === name);
  if (has(backupMember)) return 'daylio';
  if (has(exportMember)) return 'journiv';
  return journalsIn(members).length > 0 ? 'dayone' : null;
}

function formatOfJson(text: string): FormatName | null {
  if (/^\ufeff?\s*\{[^{}]*"format"\s*:\s*"daymark"/.test(text)) return 'daymark';
  if (/"creationDate"\s*:/.test(text) || /"metadata"\s*:\s*\{[^{}]*"version"/.test(text)) return 'dayone';
  return /"entries"\s*:/.test(text) || /^\ufeff?\s*\{\s*"tags"\s*:\s*\{/.test(text) ? 'jrnl' : null;
}

async function formatOfText(file: SourceFile): Promise<FormatName | null> {
  const names = new Set(await headerOf(file));
  if (names.has('full_date') && names.has('mood')) return 'daylio';
  return names.has('at') || names.has('date') ? 'csv' : null;
}

/** A byte that is not UTF-8 would come back as another character: whoever brings it is told instead. */
async function requireUtf8(file: SourceFile): Promise<void> {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  try {
    for await (const chunk of contentOf(file)) decoder.decode(chunk, { stream: true });
    decoder.decode();
  } catch {
    throw fileProblem(
      'file_not_utf8',
      'The text in the file is not UTF-8; save it as UTF-8 and bring it again.',
    );
  }
}

/** Sees at once what the guard of the parser would see later. */
function requireFlat(beginning: Buffer): void {
  let depth = 0;
  for (const byte of beginning.toString('latin1').replaceAll(/"(?:[^"\\]|\\.)*"/gs, '')) {
    if (byte === '{' || byte === '[') depth++;
    if (byte === '}' || byte === ']') depth--;
    if (depth > limits.depth)
      throw fileProblem('file_too_large', `The document has objects more than ${limits.depth} deep.`);
  }
}
