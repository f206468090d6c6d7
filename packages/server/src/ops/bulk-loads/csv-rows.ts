import { isUtf8 } from 'node:buffer';
import { parse } from 'csv-parse';
import { Unreadable } from './malformed.ts';
import { mostRowBytes } from './ndjson-lines.ts';

/** The cells of one line; `isDecoded` is false when it may hold bytes that are no UTF-8. */
export type CsvRow = { cells: string[]; isDecoded: boolean };

const replacement = '\ufffd';

/** The parser counts what is in cells, so that a line of commas alone would never be too long for it. */
const mostLineBytes = 2 * mostRowBytes;

/**
 * The lines of a CSV file (RFC 4180: commas, quotes doubled within quotes; a BOM and empty lines are skipped), the header
 * first, in lots as they come. Throws `Unreadable` at the first line whose quotes do not fit or that is beyond a
 * mebibyte, after the lines before it.
 */
export async function* csvRows(content: AsyncIterable<Buffer>): AsyncGenerator<CsvRow[]> {
  let rows: CsvRow[] = [];
  let allDecoded = true;
  // Rows are taken from the callback: those that an error leaves in a stream's buffer would be lost.
  const parser = parse({
    bom: true,
    skip_empty_lines: true,
    relax_column_count: true,
    max_record_size: mostRowBytes,
    on_record: (cells: string[]) => {
      rows.push({ cells, isDecoded: allDecoded || !cells.some((cell) => cell.includes(replacement)) });
      return null;
    },
  });
  parser.on('error', () => {});
  let cut: Buffer = Buffer.alloc(0);
  let ofLine = 0;
  try {
    for await (const chunk of content) {
      const bytes = cut.length > 0 ? Buffer.concat([cut, chunk]) : chunk;
      const whole = bytes.length - cutBytes(bytes);
      cut = bytes.subarray(whole);
      allDecoded &&= isUtf8(bytes.subarray(0, whole));
      const { lines } = parser.info;
      const failure = await written(parser, (done) => void parser.write(bytes.subarray(0, whole), done));
      if (rows.length > 0) yield rows;
      if (failure) throw failure;
      rows = [];
      ofLine = parser.info.lines > lines ? 0 : ofLine + whole;
      if (ofLine > mostLineBytes) throw new Unreadable('a line without end');
    }
    allDecoded &&= cut.length === 0;
    const failure = await written(parser, (done) => void parser.end(cut, () => done(null)));
    if (rows.length > 0) yield rows;
    if (failure) throw failure;
  } finally {
    parser.destroy();
  }
}

/** Resolves to what the parser refused, null when it went well. */
async function written(
  parser: NodeJS.EventEmitter,
  write: (done: (error?: Error | null) => void) => void,
): Promise<Unreadable | null> {
  const { promise, resolve } = Promise.withResolvers<Error | null>();
  parser.once('error', resolve);
  write((error) => resolve(error ?? null));
  const failure = await promise;
  parser.off('error', resolve);
  return failure && new Unreadable('no CSV', { cause: failure });
}

/** How many bytes at the end begin a character that the next bytes go on with (RFC 3629, section 3). */
function cutBytes(bytes: Buffer): number {
  for (let back = 1; back <= Math.min(3, bytes.length); back++) {
    const byte = bytes[bytes.length - back] ?? 0;
    if (byte < 0x80) return 0;
    if (byte >= 0xc0) return back < (byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2) ? back : 0;
  }
  return 0;
}
