import { stringify } from 'csv-stringify/sync';
import type { OnfileError } from '../../errors.ts';
import { writeCell } from '../record-columns/cell.ts';
import { csvFormat } from '../record-columns/csv-format.ts';
import type { ShownResult, ShownResults } from './read-results.ts';

/** Puts an error in the words of the one error body. */
export type Explain = (error: OnfileError) => object;

const columns = ['record_no', 'outcome', 'id', 'sys_external_id'] as const;
const errorColumns = ['errorCode', 'errorMessage', 'reference', 'args', 'typedArgs', 'errors'] as const;

/** Results as the text of a file, piece by piece. */
export const resultsFile = ({ format, pages }: ShownResults, explain: Explain): AsyncGenerator<string> =>
  format === 'csv' ? csvOf(pages, explain) : ndjsonOf(pages, explain);

async function* csvOf(pages: AsyncIterable<ShownResult[]>, explain: Explain): AsyncGenerator<string> {
  yield stringify([[...columns, ...errorColumns]], csvFormat);
  for await (const page of pages) {
    const rows = page.map((result) => rowOf(result, explain));
    yield stringify(rows, csvFormat);
  }
}

function rowOf({ error, ...result }: ShownResult, explain: Explain): string[] {
  const body: Readonly<Record<string, unknown>> = error ? { ...explain(error) } : {};
  return [...columns.map((name) => writeCell(result[name])), ...errorColumns.map((name) => writeCell(body[name]))];
}

async function* ndjsonOf(pages: AsyncIterable<ShownResult[]>, explain: Explain): AsyncGenerator<string> {
  const line = ({ error, ...result }: ShownResult) =>
    `${JSON.stringify({ ...result, ...(error ? { error: explain(error) } : {}) })}\n`;
  for await (const page of pages) yield page.map(line).join('');
}
