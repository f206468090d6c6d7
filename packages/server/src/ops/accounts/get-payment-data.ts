import type { Context } from '../../context.ts';
import type { PaymentData } from '../../contract/self-service.ts';
import { OnfileError } from '../../errors.ts';
import { findCustomer } from '../../store/customers.ts';
import { operation } from '../operation.ts';
import { openRecord, type SealedContent } from '../stored-payment-methods/content.ts';

/**
 * The bank account that a customer's account bills, for the customer's own eyes; empty when it bills none. A vaulted
 * number leaves the vault only towards a gateway, so the IBAN is masked. Throws 404 for an unknown customer.
 */
export const getPaymentData = operation(
  'CUSTOMER_SELF_SERVICE_READ',
  async (ctx: Context, { customerId }: { customerId: number }): Promise<PaymentData> => {
    const { tenantId } = ctx.tenant;
    const customer = await findCustomer(ctx.db, tenantId, { customerId });
    if (!customer) throw new OnfileError('errormessage.customer.not.found', { reference: 'customerId' });
    const row = customer.account_method_id ? await ctx.readRecord(tenantId, customer.account_method_id) : null;
    return row?.type === 'electronic check' ? paymentData(openRecord(ctx, row).content) : {};
  },
);

/** A record of the Records API holds no account but its holder's name; a wallet's agreement is no bank account. */
function paymentData({ name_on_account: accountHolder, bankAccount, wallet }: SealedContent): PaymentData {
  if (wallet) return {};
  if (!bankAccount || !('maskedIban' in bankAccount)) return { accountHolder };
  const { maskedIban: iban, bic } = bankAccount;
  return { accountHolder, iban, ...(bic ? { bic } : {}) };
}
