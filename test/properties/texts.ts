import fc from 'fast-check';

/** What programs on the way like to drop, join, reorder or normalise. */
const awkward = [
  ...[
    '\u0001',
    '\u001b',
    '\u007f',
    '\u0085',
    '\u00a0',
    '\u00ad',
    '\u2028',
    '\u2029',
    '\u3000',
    '\ufeff',
    '\ufffd',
  ],
  ...['\ufffe', '\uffff', '\u{1fffe}', '\u{10ffff}', '\ue000', '\ud7ff'],
  // One letter in two spellings, marks without a letter, marks in an order that normalisation changes.
  ...['\u00e9', 'e\u0301', '\u0301', '\u0323', '\u212b', '\ufb01', '\u1100\u1161', '\uac00'],
  // Bidirectional controls, joiners, variation selectors.
  ...['\u202e', '\u2066', '\u2069', '\u200e', '\u200b', '\u200d', '\ufe0f', '\u05d0', '\u0627'],
  ...['👩‍👩‍👧', '🏳️‍🌈', '🇫🇷', '𝒳', 'ß', 'İ', 'ı', 'ﷺ'],
  // What JSON, SQL, tsvector and LIKE give a meaning to.
  ...[
    '"',
    '\\',
    '\\u0041',
    "'",
    '/',
    '%',
    '_',
    ':',
    '&',
    '|',
    '!',
    '<->',
    '{',
    '}',
    ',',
    ' ',
    '\t',
    '\r',
    '\n',
    '\r\n',
  ],
  ...['null', 'NULL', '__proto__', '$1', '--'],
];

/** Any but surrogates; fast-check's own, which is as good, makes a table of all of them first, for a second. */
export const codePoint = fc.nat(0x10ffff - 0x800).map(
  (n) => String.fromCodePoint(n < 0xd800 ? n : n + 0x800),
  (text) => {
    const point = (text as string).codePointAt(0) ?? NaN;
    if (String.fromCodePoint(point) !== text) throw new Error('not one code point');
    return point < 0xd800 ? point : point - 0x800;
  },
);

/** Text of the contract, at most `maxLength` code points: any Unicode but U+0000 and lone surrogates. */
export function unicode(maxLength: number, minLength = 0): fc.Arbitrary<string> {
  const size = { minLength, maxLength, size: 'max' } as const;
  return fc
    .oneof(
      fc.string({ unit: codePoint, ...size }),
      fc.string({ unit: 'grapheme', ...size }),
      fc.string({ unit: fc.constantFrom(...awkward), ...size }),
    )
    .filter((text) => !text.includes('\0') && lengthOf(text) <= maxLength);
}

/** A category or a tag: 1 to 50 code points, not blank. */
export const label = unicode(50, 1).filter((text) => !/^\p{White_Space}*$/u.test(text));

/** The same JSON with every character beyond ASCII written as an escape, which is how some clients send it. */
export function escaped(json: string): string {
  return json.replaceAll(
    /[\u0080-\uffff]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

/** Puts `unit`, which no text may hold, between two code points of a well-formed text: so it stays alone. */
export function spoiled(text: string, place: number, unit: string): string {
  const points = [...text];
  points.splice(place % (points.length + 1), 0, unit);
  return points.join('');
}

function lengthOf(text: string): number {
  return [...text].length;
}
