import { parse } from 'csv-parse/sync';
import { stringify } from 'csv-stringify/sync';

/** A CSV file of rows, each an object by the names of the columns; the first names them all. */
export const csv = (rows: readonly Record<string, string | number | boolean>[]): string =>
  stringify([...rows], { header: true, cast: { boolean: String } });

export const rowsOf = (text: string): Record<string, string>[] => parse(text, { columns: true });

export const linesOf = (ndjson: string): Record<string, any>[] =>
  ndjson
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line));
