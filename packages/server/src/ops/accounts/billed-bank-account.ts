import type { Context } from '../../context.ts';
import type { PaymentData } from '../../contract/self-service.ts';
import type { CustomerRow } from '../../store/customers.ts';
import { openRecord, type SealedContent } from '../stored-payment-methods/content.ts';

/**
 * The bank account that a customer's account bills; empty when it bills none. A vaulted number leaves the vault only
 * towards a gateway, so the IBAN is masked.
 */
export async function billedBankAccount(
  ctx: Context,
  customer: Pick<CustomerRow, 'account_method_id'>,
): Promise<PaymentData> {
  const { account_method_id: id } = customer;
  const row = id === null ? null : await ctx.readRecord(ctx.tenant.tenantId, id);
  return row?.type === 'electronic check' ? paymentData(openRecord(ctx, row).content) : {};
}

/** A record of the Records API holds no account but its holder's name; a wallet's agreement is no bank account. */
function paymentData({ name_on_account: accountHolder, bankAccount, wallet }: SealedContent): PaymentData {
  if (wallet) return {};
  if (!bankAccount || !('maskedIban' in bankAccount)) return { accountHolder };
  const { maskedIban: iban, bic } = bankAccount;
  return { accountHolder, iban, ...(bic ? { bic } : {}) };
}
