import type { Context } from '../../context.ts';
import type { StoredPaymentMethod } from '../../contract/stored-payment-method.ts';
import { enumArgument, OnfileError } from '../../errors.ts';
import { customersKey, type FoundCustomer, findCustomer } from '../../store/customers.ts';
import { mayKnowContact } from '../contact-limit.ts';
import type { NextRecord } from './change.ts';

const missing = (what: 'CONTACT' | 'MERCHANT_ACCOUNT', reference: string) =>
  new OnfileError('errormessage.record.reference.missing', { args: [enumArgument(what)], reference });

/** The active contact that a record names, with the key to seal its content under. Throws 409 when there is none. */
export const ownerOf = async (ctx: Context, contactId: string): Promise<NextRecord['customer']> =>
  asOwner(ctx, await findCustomer(ctx.db, ctx.tenant.tenantId, { contactId }));

/** The same, once it was looked up; null when there is no contact of that id. */
export function asOwner(ctx: Context, customer: FoundCustomer | null): NextRecord['customer'] {
  if (!customer?.is_active || !mayKnowContact(ctx, customer.contact_id)) throw missing('CONTACT', 'contact_id');
  return {
    customerId: customer.customer_id,
    contactId: customer.contact_id,
    dataKey: ctx.keys.customerKey(customersKey(customer)),
  };
}

/** Throws 409 naming the first merchant account that the tenant does not have. */
export async function checkMerchantAccounts(
  ctx: Context,
  tokens: StoredPaymentMethod['merchant_account_tokens'],
): Promise<void> {
  const ids = tokens.map((token) => token.merchant_account_id);
  const known = await ctx.knownMerchantAccounts(ctx.tenant.tenantId, ids);
  const unknown = ids.findIndex((id) => !known.has(id));
  if (unknown >= 0) throw missing('MERCHANT_ACCOUNT', `merchant_account_tokens[${unknown}].merchant_account_id`);
}
