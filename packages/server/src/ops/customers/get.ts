import type { Context } from '../../context.ts';
import type { Customer } from '../../contract/customer.ts';
import { OnfileError } from '../../errors.ts';
import { findCustomer } from '../../store/customers.ts';
import { operation } from '../operation.ts';
import { presentFound } from './present.ts';

/** One customer as known now. Throws 404 when the tenant has none of that id. */
export const getCustomer = operation(
  'CUSTOMER_READ',
  async (ctx: Context, { customerId }: { customerId: number }): Promise<Customer> => {
    const row = await findCustomer(ctx.db, ctx.tenant.tenantId, { customerId });
    if (!row) throw new OnfileError('errormessage.customer.not.found', { reference: 'customerId' });
    return presentFound(ctx, row);
  },
);
