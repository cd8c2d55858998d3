import { Parser } from 'htmlparser2';

const looksLikeHtml =
  /<(?:\/?(?:b|i|u|s|em|strong|br|p|div|span|font|ul|ol|li|h[1-6]|a|del|strike)\b[^<>]*)>/i;
const breaks = new Set(['br', 'p', 'div', 'li', 'ul', 'ol', 'h1', 'h2', 'h3', 'h4', 'h5', 'h6']);

/** The text of a note that may be written in HTML; one without tags is left as it is, whatever signs are in it. */
export function plainText(note: string): string {
  if (!looksLikeHtml.test(note)) return note;
  let text = '';
  const newLine = () => {
    if (text !== '' && !text.endsWith('\n')) text += '\n';
  };
  const parser = new Parser({
    onopentagname(name) {
      if (name === 'br') text += '\n';
      else if (breaks.has(name)) newLine();
      if (name === 'li') text += '• ';
    },
    ontext(part) {
      text += part;
    },
    onclosetag(name) {
      if (name !== 'br' && breaks.has(name)) newLine();
    },
  });
  parser.end(note);
  return text.replaceAll('\u00a0', ' ').trim();
}
