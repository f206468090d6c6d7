import type { FileRow } from './file-rows.ts';

const mostRows = 1000;
const mostSize = 1_048_576;

/** What rows name a record by; two that name the same are never in one batch, so that the second sees the first. */
export function keysOf(row: FileRow): string[] {
  if ('error' in row) return [];
  const { id, sys_external_id: externalId } = row.given.fields;
  return [
    ...(typeof id === 'string' ? [`id ${id}`] : []),
    ...(typeof externalId === 'string' ? [`external ${externalId}`] : []),
  ];
}

/** Rows in batches of which each is written in one transaction. What an ending in failure leaves over comes first. */
export async function* batches(lots: AsyncIterable<readonly FileRow[]>): AsyncGenerator<FileRow[]> {
  let batch: FileRow[] = [];
  let size = 0;
  let keys = new Set<string>();
  const take = (): FileRow[] => {
    const taken = batch;
    batch = [];
    size = 0;
    keys = new Set();
    return taken;
  };
  try {
    for await (const lot of lots) {
      for (const row of lot) {
        const rowKeys = keysOf(row);
        const isFull = batch.length >= mostRows || size >= mostSize;
        if (isFull || rowKeys.some((key) => keys.has(key))) yield take();
        batch.push(row);
        size += row.size;
        for (const key of rowKeys) keys.add(key);
      }
      // Whoever takes batches is to hear of rows that are only passed over, too.
      if (lot.length === 0) yield [];
    }
  } catch (error) {
    if (batch.length > 0) yield take();
    throw error;
  }
  if (batch.length > 0) yield take();
}
