import type { Context } from '../../context.ts';
import type { AccountPaymentInstrument } from '../../contract/payments.ts';
import { OnfileError } from '../../errors.ts';
import type { FoundCustomer } from '../../store/customers.ts';
import type { RequestWithSession } from '../../store/payment-requests.ts';
import { operation } from '../operation.ts';
import type { RequestContent } from '../payment-requests/content.ts';
import { paymentRequestTokenHash } from '../payment-requests/tokens.ts';
import { type OpenedRecord, openRecord } from '../stored-payment-methods/content.ts';
import { refuseAnyLock } from '../stored-payment-methods/lock.ts';
import { billOffline } from './bill-offline.ts';
import { billRecord } from './bill-record.ts';
import { enteredContent } from './entered-content.ts';
import { enteredType } from './entered-record.ts';
import { checkIfMatch } from './if-match.ts';
import { isInstrumentThatWasPicked } from './picked-instrument.ts';
import { alreadyUsed, checkUsable } from './usable-request.ts';

type Input = { customerId: number; paymentRequestToken: string; ifMatch?: string | undefined };

/**
 * Replaces the instrument that a customer's account bills by the one of a concluded payment request, which is thereby
 * consumed (contract 1.11.0). The record keeps its id while its type stays. Throws as the outcome table of DESIGN.md.
 */
export const replaceAccountPaymentInstrument = operation(
  'PAYMENT_WRITE',
  async (ctx: Context, input: Input): Promise<AccountPaymentInstrument> => {
    const { tenantId } = ctx.tenant;
    const tokenHash = paymentRequestTokenHash(input.paymentRequestToken).toString('hex');
    const [customer, request] = await Promise.all([
      ctx.readCustomer(tenantId, input.customerId),
      ctx.readPaymentRequest(tenantId, tokenHash),
    ]);
    // A contact that was deactivated after its session began gets no new payment method either.
    if (!customer?.is_active) throw new OnfileError('errormessage.customer.not.found', { reference: 'customerId' });
    if (!request) {
      throw new OnfileError('errormessage.payment.request.not.found', { reference: 'paymentRequestToken' });
    }
    checkUsable(request, customer, ctx.now());

    const entered = await enteredContent(ctx, request);
    const current = await openById(ctx, customer.account_method_id);
    const target = await targetOf(ctx, customer, request, entered, current);
    for (const record of [target, current]) if (record) refuseAnyLock(ctx, record);
    await checkIfMatch(ctx, input.ifMatch, customer, current);
    const result =
      entered && 'offline' in entered
        ? await billOffline(ctx, customer, request, entered.offline, current)
        : await billRecord(ctx, customer, request, entered, { target, current });
    if (result) return result;
    const after = await ctx.readPaymentRequest(tenantId, tokenHash);
    throw (after && alreadyUsed(after)) ?? new OnfileError('errormessage.concurrent.modification');
  },
);

async function openById(ctx: Context, id: string | null): Promise<OpenedRecord | null> {
  const row = id === null ? null : await ctx.readRecord(ctx.tenant.tenantId, id);
  return row && openRecord(ctx, row);
}

/**
 * The record that becomes the account's instrument: the picked one, one that holds the same number already, the present
 * one while its type stays, or none, which makes a new one.
 */
async function targetOf(
  ctx: Context,
  customer: FoundCustomer,
  request: RequestWithSession,
  entered: RequestContent | null,
  current: OpenedRecord | null,
): Promise<OpenedRecord | null> {
  // Read twice, the present one might be newer the second time than the version that If-Match is compared with.
  const open = async (id: string | null) => (current && id === current.row.id ? current : openById(ctx, id));
  if (!entered) {
    const chosen = await open(request.chosen_method_id);
    // It may have been deleted, moved to another customer, or have become something else, after it was picked.
    if (chosen?.row.customer_id === customer.customer_id && (await isInstrumentThatWasPicked(ctx, request, chosen))) {
      return chosen;
    }
    throw new OnfileError('errormessage.payment.instrument.changed', { reference: 'paymentRequestToken' });
  }
  const same = await open(request.same_number_method_id);
  // Changed since the request was read, it may hold another number by now.
  if (same && same.row.sys_version !== request.same_number_method_version) {
    throw new OnfileError('errormessage.concurrent.modification');
  }
  if (same) return same;
  return current && current.row.type === enteredType(entered) ? current : null;
}
