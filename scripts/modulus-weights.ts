import { readFileSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';

const target = resolve(import.meta.dirname, '../packages/card/src/modulus-weights.ts');

type SortCodes = { first: string; last: string };

/**
 * Reads Vocalink's published weight table (`valacdos.txt`: first and last sort code, method, 14 weights, exception) and
 * gathers the sort codes that are checked alike, as `Map` from the checks to their sort codes.
 */
function readWeightTable(text: string): Map<string, SortCodes[]> {
  const checksOf = new Map<string, string[]>();
  for (const line of text.split(/\r?\n/).filter((row) => row.trim() !== '')) {
    const [first, last, method, ...numbers] = line.trim().split(/\s+/);
    const check = [method, ...numbers.slice(0, 14), ...numbers.slice(14).map((exception) => `(${exception})`)].join(
      ' ',
    );
    const range = `${first}-${last}`;
    checksOf.set(range, [...(checksOf.get(range) ?? []), check]);
  }
  const sortCodesOf = new Map<string, SortCodes[]>();
  for (const [range, checks] of checksOf) {
    const [first = '', last = ''] = range.split('-');
    const rule = checks.join(' + ');
    sortCodesOf.set(rule, joined([...(sortCodesOf.get(rule) ?? []), { first, last }]));
  }
  return sortCodesOf;
}

/** Neighbours become one range. */
function joined(ranges: readonly SortCodes[]): SortCodes[] {
  const [before, range] = ranges.slice(-2);
  if (!before || !range || Number(before.last) + 1 !== Number(range.first)) return [...ranges];
  return [...ranges.slice(0, -2), { first: before.first, last: range.last }];
}

const written = ({ first, last }: SortCodes): string => (first === last ? first : `${first}-${last}`);

/** A string literal, broken where a line of 120 characters ends. */
function literal(words: readonly string[]): string {
  const lines = [''];
  for (const word of words) {
    const line = lines.at(-1) ?? '';
    if (line.length + word.length > 108) lines.push(`${word} `);
    else lines[lines.length - 1] = `${line}${word} `;
  }
  return lines.map((line, index) => `'${index === lines.length - 1 ? line.trimEnd() : line}'`).join(' + ');
}

const [source, version] = process.argv.slice(2);
if (!source || !version) throw new Error('usage: node scripts/modulus-weights.ts <valacdos.txt> <version>');

const rules = [...readWeightTable(readFileSync(source, 'utf8'))].map(
  ([checks, sortCodes]) => `{ checks: '${checks}', sortCodes: ${literal(sortCodes.map(written))} },`,
);
const table = /(?<=export const modulusRules: readonly ModulusRule\[\] = \[\n).*?(?=\n\];)/s;
const published = /(?<=export const modulusWeightsVersion = ')[^']*/;
const module = readFileSync(target, 'utf8').replace(table, rules.join('\n')).replace(published, version);
writeFileSync(target, module);
