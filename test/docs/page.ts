import { readFileSync } from 'node:fs';
import { expect } from 'vitest';

/** A fenced block of a page: its language, and what stands in it. */
export interface Block {
  language: string;
  code: string;
  /** Where it begins. */
  line: number;
}

/** The fenced blocks of a page under docs/, in order. */
export function blocksOf(name: string): Block[] {
  const text = readFileSync(new URL(`../../docs/${name}`, import.meta.url), 'utf8');
  return [...text.matchAll(/^```(\w+)\n(.*?)^```$/gms)].map(({ 1: language = '', 2: code = '', index }) => ({
    language,
    code,
    line: text.slice(0, index).split('\n').length,
  }));
}

/**
 * Holds what a block printed against what the page shows after it, by the page's language: JSON may have more members than are
 * shown, headers more lines. `…` stands for any text; a list that ends in it may go on.
 */
export function holdAgainst(shown: Block, output: string): void {
  const where = `line ${shown.line}`;
  if (shown.language === 'json') {
    expect(JSON.parse(output), where).toEqual(asShown(JSON.parse(shown.code)));
    return;
  }
  const expected = shown.code.trim();
  if (shown.language === 'text') {
    expect(output, where).toMatch(patternOf(expected));
    return;
  }
  const lines = output.split(/\r?\n/);
  for (const line of expected.split('\n')) {
    expect(lines, where).toContainEqual(expect.stringMatching(patternOf(line)));
  }
}

function asShown(value: unknown): unknown {
  if (typeof value === 'string') return value.includes('…') ? expect.stringMatching(patternOf(value)) : value;
  if (Array.isArray(value)) {
    if (value.at(-1) !== '…') return value.map(asShown);
    return expect.toSatisfy((actual: unknown[]) => {
      expect(actual.slice(0, value.length - 1)).toEqual(value.slice(0, -1).map(asShown));
      return true;
    });
  }
  if (typeof value !== 'object' || value === null) return value;
  return expect.objectContaining(
    Object.fromEntries(Object.entries(value).map(([name, member]) => [name, asShown(member)])),
  );
}

function patternOf(text: string): RegExp {
  const parts = text.split('…').map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${parts.join('.+')}$`, 's');
}
