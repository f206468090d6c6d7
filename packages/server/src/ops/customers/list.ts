import type { Context } from '../../context.ts';
import type { CustomerSlice, SliceQuery } from '../../contract/customer.ts';
import { listCustomersById } from '../../store/customers.ts';
import { operation } from '../operation.ts';
import { presentFound } from './present.ts';

const defaultSliceSize = 100;

/** A slice of the tenant's customers in the order of their ids. One created meanwhile comes last, so none is missed. */
export const listCustomers = operation(
  'CUSTOMER_READ',
  async (ctx: Context, query: SliceQuery): Promise<CustomerSlice> => {
    const size = query.sliceSize ?? defaultSliceSize;
    const rows = await listCustomersById(ctx.db, ctx.tenant.tenantId, Number(query.offset ?? 0), size + 1);
    const slice = rows.slice(0, size);
    const last = rows.length > size ? slice.at(-1) : undefined;
    return {
      result: await Promise.all(slice.map((row) => presentFound(ctx, row))),
      ...(last ? { offset: String(last.customer_id) } : {}),
      hasNext: last !== undefined,
    };
  },
);
