import type { Context } from '../../context.ts';
import type { PaymentData } from '../../contract/self-service.ts';
import { OnfileError } from '../../errors.ts';
import { findCustomer } from '../../store/customers.ts';
import { recordRead } from '../audit/record-read.ts';
import { operation } from '../operation.ts';
import { billedBankAccount } from './billed-bank-account.ts';

/** The bank account that a customer's account bills, for the customer's own eyes. Throws 404 for an unknown customer. */
export const getPaymentData = operation(
  'CUSTOMER_SELF_SERVICE_READ',
  async (ctx: Context, { customerId }: { customerId: number }): Promise<PaymentData> => {
    const customer = await findCustomer(ctx.db, ctx.tenant.tenantId, { customerId });
    if (!customer) throw new OnfileError('errormessage.customer.not.found', { reference: 'customerId' });
    const bankAccount = await billedBankAccount(ctx, customer);
    await recordRead(ctx, 'payment_data.read', { kind: 'customer', id: String(customerId) });
    return bankAccount;
  },
);
