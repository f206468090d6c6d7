import { stringify } from 'csv-stringify/sync';
import type { Context } from '../../context.ts';
import type { StoredPaymentMethodExportQuery } from '../../contract/stored-payment-method-export.ts';
import type { PickedRecord } from '../../contract/stored-payment-method-list.ts';
import { listMerchantAccounts } from '../../store/merchant-accounts.ts';
import { recordRead } from '../audit/record-read.ts';
import { operation } from '../operation.ts';
import { csvFormat } from '../record-columns/csv-format.ts';
import { mostTokenColumns, recordColumns, recordRows } from '../record-columns/record-row.ts';
import { listStoredPaymentMethods } from './list.ts';

/** Some 10 ms to decrypt and write; other requests get their turn between two pages. */
const recordsAtOnce = 100;

/** A file of records, piece by piece; each is read when the one before was taken. */
export type RecordExport = { format: 'csv' | 'ndjson'; pieces: AsyncGenerator<string> };

/**
 * The tenant's records that pass a filter, as a file that a bulk load takes back unchanged. They come in the order of
 * their creation, so that none is missed or there twice whatever is written meanwhile; each is as it was when its piece
 * was read. The export is audited before it begins.
 */
export const exportStoredPaymentMethods = operation(
  'STORED_PAYMENT_METHOD_READ',
  async (ctx: Context, { format = 'csv', ...filter }: StoredPaymentMethodExportQuery): Promise<RecordExport> => {
    const { tenantId } = ctx.tenant;
    const columns = format === 'csv' ? await columnsOf(ctx) : null;
    await recordRead(ctx, 'stored_payment_methods.exported', { kind: 'tenant', id: tenantId });
    const pages = pagesOf(ctx, filter);
    return { format, pieces: columns ? csvOf(pages, columns) : ndjsonOf(pages) };
  },
);

async function columnsOf(ctx: Context): Promise<string[]> {
  const { tenantId } = ctx.tenant;
  const accounts = await listMerchantAccounts(ctx.db, tenantId, '', mostTokenColumns);
  return recordColumns(accounts.length, await ctx.customFieldsOf(tenantId));
}

async function* pagesOf(
  ctx: Context,
  filter: Omit<StoredPaymentMethodExportQuery, 'format'>,
): AsyncGenerator<PickedRecord[]> {
  const query = { ...filter, sort: 'sys_created_at', limit: recordsAtOnce } as const;
  let place: { exclusiveStartKey?: string } | null = {};
  while (place) {
    await ctx.keysOf(ctx.tenant.tenantId);
    const { Items, LastEvaluatedKey } = await listStoredPaymentMethods(ctx, { ...query, ...place });
    yield Items;
    place = LastEvaluatedKey === undefined ? null : { exclusiveStartKey: LastEvaluatedKey };
  }
}

async function* csvOf(pages: AsyncIterable<PickedRecord[]>, columns: string[]): AsyncGenerator<string> {
  const rowOf = recordRows(columns);
  yield stringify([columns], csvFormat);
  for await (const records of pages) yield stringify(records.map(rowOf), csvFormat);
}

async function* ndjsonOf(pages: AsyncIterable<PickedRecord[]>): AsyncGenerator<string> {
  for await (const records of pages) yield records.map((record) => `${JSON.stringify(record)}\n`).join('');
}
