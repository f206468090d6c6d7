import type { Context } from '../../context.ts';
import { parseJsonText } from '../../contract/json-text.ts';
import { bytesArgument, OnfileError } from '../../errors.ts';
import type { CustomFieldRow } from '../../store/custom-fields.ts';
import { csvColumns } from '../record-columns/csv-columns.ts';
import type { GivenRecord } from '../record-columns/given-record.ts';
import { ndjsonFields } from '../record-columns/ndjson-fields.ts';
import { readContent } from './content.ts';
import { csvRows } from './csv-rows.ts';
import { decompress } from './decompress.ts';
import { malformed, Unreadable } from './malformed.ts';
import { mostRowBytes, ndjsonLines } from './ndjson-lines.ts';
import type { BulkLoadInput } from './progress.ts';

/** What a data row gives, or why it gives nothing; `size` is about how much text it holds. */
export type FileRow = { recordNo: number; size: number } & ({ given: GivenRecord } | { error: OnfileError });

export type LoadFile = { loadId: string; bytes: number; input: BulkLoadInput };

/** The bytes of a load's file, unpacked. */
export function openFile(ctx: Context, { loadId, bytes, input }: LoadFile): AsyncIterable<Buffer> {
  const content = readContent(ctx, loadId, bytes);
  return input.compression === 'gzip' ? decompress(content) : content;
}

/**
 * The data rows of a load's file after the given number, in lots as they come; the lots of those before are empty. Throws
 * 400 for columns that no record has, and, after what stands before it, for a row from which on nothing can be read.
 */
export async function* fileRows(
  ctx: Context,
  file: LoadFile,
  definitions: readonly CustomFieldRow[],
  after: number,
): AsyncGenerator<FileRow[]> {
  const { format, mapping, null_marker: nullMarker } = file.input;
  const read = format === 'csv' ? readCsv : readNdjson;
  let recordNo = 0;
  try {
    for await (const lot of read(openFile(ctx, file), { mapping, nullMarker, definitions })) {
      const rows: FileRow[] = [];
      for (const readRow of lot) {
        recordNo += 1;
        if (recordNo > after) rows.push(rowOf(recordNo, readRow));
      }
      yield rows;
    }
  } catch (error) {
    throw error instanceof Unreadable ? malformed(recordNo + 1, error) : error;
  }
}

type ReadRow = {
  size: number;
  /** Throws 400 for what is wrong with the row. */
  read: () => GivenRecord;
};
type ColumnOptions = Parameters<typeof csvColumns>[1];

function rowOf(recordNo: number, { size, read }: ReadRow): FileRow {
  try {
    return { recordNo, size, given: read() };
  } catch (error) {
    if (error instanceof OnfileError) return { recordNo, size: 0, error };
    throw error;
  }
}

const sizeOf = (cells: readonly string[]): number => cells.reduce((size, cell) => size + cell.length, 0);

const notUtf8 = (cause?: unknown) => new OnfileError('errormessage.validation.encoding', { cause });

async function* readCsv(content: AsyncIterable<Buffer>, options: ColumnOptions): AsyncGenerator<ReadRow[]> {
  let fromCells: ReturnType<typeof csvColumns> | undefined;
  for await (const lot of csvRows(content)) {
    const rows: ReadRow[] = [];
    for (const { cells, isDecoded } of lot) {
      if (!fromCells) {
        fromCells = csvColumns(cells, options);
        continue;
      }
      const compiled = fromCells;
      const read = () => {
        if (!isDecoded) throw notUtf8();
        return compiled(cells);
      };
      rows.push({ size: sizeOf(cells), read });
    }
    yield rows;
  }
}

const decoder = new TextDecoder('utf-8', { fatal: true });

function decoded(line: Buffer | null): string {
  if (!line) throw new OnfileError('errormessage.body.too.large', { args: [bytesArgument(mostRowBytes)] });
  try {
    return decoder.decode(line);
  } catch (cause) {
    throw notUtf8(cause);
  }
}

async function* readNdjson(content: AsyncIterable<Buffer>, options: ColumnOptions): AsyncGenerator<ReadRow[]> {
  const fromFields = ndjsonFields(options);
  for await (const lot of ndjsonLines(content)) {
    yield lot.map((line) => ({ size: line?.length ?? 0, read: () => fromFields(parseJsonText(decoded(line))) }));
  }
}
