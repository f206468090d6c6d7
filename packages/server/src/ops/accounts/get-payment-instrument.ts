import type { Context } from '../../context.ts';
import { type AccountPaymentInstrument, paymentChoices } from '../../contract/payments.ts';
import { OnfileError } from '../../errors.ts';
import { findCustomer } from '../../store/customers.ts';
import { instrumentDetails } from '../instruments/details.ts';
import { operation } from '../operation.ts';
import { openRecord } from '../stored-payment-methods/content.ts';
import { presentInstrument } from './present.ts';

/** What a customer's account bills now; without a choice when there is nothing. Throws 404 for an unknown customer. */
export const getAccountPaymentInstrument = operation(
  'CUSTOMER_ACCOUNT_READ',
  async (ctx: Context, { customerId }: { customerId: number }): Promise<AccountPaymentInstrument> => {
    const { tenantId } = ctx.tenant;
    const customer = await findCustomer(ctx.db, tenantId, { customerId });
    if (!customer) throw new OnfileError('errormessage.customer.not.found', { reference: 'customerId' });
    const accountVersion = customer.account_version;
    const row = customer.account_method_id ? await ctx.readRecord(tenantId, customer.account_method_id) : null;
    if (row) return { ...presentInstrument(ctx, row, openRecord(ctx, row).content), accountVersion };
    const choice = paymentChoices.find((known) => known === customer.account_payment_choice);
    return {
      accountVersion,
      ...(choice
        ? { paymentChoice: choice, details: instrumentDetails({ choice, holder: '', lastFour: '', facts: {} }) }
        : {}),
    };
  },
);
