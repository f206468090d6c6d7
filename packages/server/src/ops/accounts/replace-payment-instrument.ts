import { recordCardType } from '@onfile/card/brand';
import type { Context } from '../../context.ts';
import type { AccountPaymentInstrument } from '../../contract/payments.ts';
import { OnfileError, stringArgument } from '../../errors.ts';
import { customersKey, type FoundCustomer } from '../../store/customers.ts';
import type { RequestWithSession } from '../../store/payment-requests.ts';
import { recordDetails } from '../instrument-details.ts';
import { operation } from '../operation.ts';
import { cardExpiryDate, openRequest, type RequestContent } from '../payment-requests/content.ts';
import { paymentRequestTokenHash } from '../payment-requests/tokens.ts';
import { type NextRecord, recordChange, retentionEnd } from '../stored-payment-methods/change.ts';
import { type OpenedRecord, openRecord } from '../stored-payment-methods/content.ts';
import { newRecordId } from '../stored-payment-methods/create.ts';
import { unchangedRecord } from '../stored-payment-methods/unchanged.ts';
import { checkIfMatch } from './if-match.ts';
import { isCardThatWasPicked } from './picked-card.ts';
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
    if (!customer) throw new OnfileError('errormessage.customer.not.found', { reference: 'customerId' });
    if (!request) {
      throw new OnfileError('errormessage.payment.request.not.found', { reference: 'paymentRequestToken' });
    }
    checkUsable(request, customer, ctx.now());

    const current = await openById(ctx, customer.account_method_id);
    const target = await targetOf(ctx, customer, request, current);
    for (const record of [target, current]) {
      if (record?.row.sys_locked) {
        throw new OnfileError('errormessage.record.locked', { args: [stringArgument(record.row.id)] });
      }
    }
    await checkIfMatch(ctx, input.ifMatch, current);
    const result = await replace(ctx, customer, request, target);
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
  current: OpenedRecord | null,
): Promise<OpenedRecord | null> {
  if (request.chosen_method_id) {
    const chosen = await openById(ctx, request.chosen_method_id);
    // It may have been moved to another customer, or have become something else, after it was picked.
    if (chosen?.row.customer_id !== customer.customer_id || chosen.row.type !== 'credit card') {
      throw new OnfileError('errormessage.payment.request.not.reusable', { reference: 'paymentRequestToken' });
    }
    if (await isCardThatWasPicked(ctx, request, chosen)) return chosen;
    throw new OnfileError('errormessage.concurrent.modification', { reference: 'paymentRequestToken' });
  }
  const same = await openById(ctx, request.same_number_method_id);
  if (same) return same;
  return current?.row.type === 'credit card' ? current : null;
}

/** Null when something that was read has changed since: nothing was applied and the token is still good. */
async function replace(
  ctx: Context,
  customer: FoundCustomer,
  request: RequestWithSession,
  target: OpenedRecord | null,
): Promise<AccountPaymentInstrument | null> {
  const dataKey = ctx.keys.customerKey(customersKey(customer));
  // A picked instrument is renewed as it is.
  const next = request.chosen_method_id && target ? unchangedRecord(target) : entered(ctx, request, target);
  const id = target?.row.id ?? newRecordId();
  const { change } = recordChange(ctx, {
    current: target,
    id,
    next: { ...next, customer: { customerId: customer.customer_id, contactId: customer.contact_id, dataKey } },
    action: 'account_payment_instrument.replaced',
    event: true,
  });
  const result: AccountPaymentInstrument = {
    paymentChoice: 'CREDIT_CARD',
    storedPaymentMethodId: id,
    sysVersion: change.record.sys_version,
    details: recordDetails(change.record, next.content),
  };
  const answer = ctx.keepAnswer(result);
  const outcome = await ctx.changeRecord(ctx.tenant.tenantId, {
    ...change,
    account: {
      customerId: customer.customer_id,
      expectedAccountVersion: customer.account_version,
      paymentChoice: 'CREDIT_CARD',
    },
    payment: { requestId: request.request_id, sessionId: request.session_id },
    ...(request.secret_id ? { secretId: request.secret_id, destroyEarlierNumberAfter: retentionEnd(ctx) } : {}),
    ...(answer ? { answer } : {}),
  });
  return outcome === 'applied' ? result : null;
}

type NextFields = Omit<NextRecord, 'customer'>;

const nameOf = (network: string, lastFour: string): string =>
  `${network.replace(/\b[a-z]/g, (letter) => letter.toUpperCase())} ${lastFour}`;

/** Number, expiry, holder and tokens come from what was entered, all of them; the rest stays with the record. */
function entered(ctx: Context, request: RequestWithSession, target: OpenedRecord | null): NextFields {
  if (!request.sealed) throw new Error('a concluded payment request has no content');
  const content: RequestContent = openRequest(ctx, request.request_id, request.sealed, keyOfRequest(ctx, request));
  const { card, billingAddress, tokens } = content;
  const network = card.brand ?? 'other';
  const before = target && {
    name: target.content.name,
    given: nameOf(target.content.network ?? target.row.credit_card_type, target.row.last_four_digits),
  };
  return {
    fields: {
      type: 'credit card',
      credit_card_type: card.brand ? recordCardType(card.brand) : 'other',
      last_four_digits: card.lastFour,
      expires: cardExpiryDate(content),
      payrix_migrated: null,
      sys_external_id: target?.row.sys_external_id ?? null,
      sys_locked: target?.row.sys_locked ?? null,
      sys_snapshot_base_version: target?.row.sys_snapshot_base_version ?? null,
    },
    content: {
      // A name that people gave it stays; one that we made from the old number would lie.
      name: before && before.name !== before.given ? before.name : nameOf(network, card.lastFour),
      name_on_account: card.holder,
      billing_address: billingAddress ?? target?.content.billing_address,
      merchant_account_tokens: tokens,
      custom_field_values: target?.content.custom_field_values,
      network,
    },
  };
}

const keyOfRequest = (ctx: Context, request: RequestWithSession) =>
  ctx.keys.customerKey({
    keyId: request.session_key_id,
    customerUuid: request.customer_uuid,
    wrappedKey: request.wrapped_key,
    wrappedBy: request.wrapped_by,
  });
