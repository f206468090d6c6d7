import type { Context } from '../../context.ts';
import type { StoredPaymentMethod } from '../../contract/stored-payment-method.ts';
import { findCustomer } from '../../store/customers.ts';
import { listCustomersRecords } from '../../store/records.ts';
import { operation } from '../operation.ts';
import { openRecord, presentRecord } from './content.ts';

export type RecordPage = { Count: number; Items: StoredPaymentMethod[]; LastEvaluatedKey?: string };

/** A contact's records in the order of their ids. A contact that does not exist has none, as upstream answers. */
export const listContactsStoredPaymentMethods = operation(
  'STORED_PAYMENT_METHOD_READ',
  async (
    ctx: Context,
    input: { contactId: string; limit: number; exclusiveStartKey?: string | undefined },
  ): Promise<RecordPage> => {
    const { tenantId } = ctx.tenant;
    const customer = await findCustomer(ctx.db, tenantId, { contactId: input.contactId });
    if (!customer) return { Count: 0, Items: [] };
    const after = input.exclusiveStartKey ?? '';
    const rows = await listCustomersRecords(ctx.db, tenantId, customer.customer_id, after, input.limit + 1);
    const page = rows.slice(0, input.limit);
    const last = rows.length > input.limit ? page.at(-1) : undefined;
    return {
      Count: page.length,
      Items: page.map((row) => presentRecord(row, row.contact_id, openRecord(ctx, row).content)),
      ...(last ? { LastEvaluatedKey: last.id } : {}),
    };
  },
);
