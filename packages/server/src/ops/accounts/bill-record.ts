import { isDeepStrictEqual } from 'node:util';
import type { Context } from '../../context.ts';
import type { AccountPaymentInstrument } from '../../contract/payments.ts';
import { customersKey, type FoundCustomer } from '../../store/customers.ts';
import type { RequestWithSession } from '../../store/payment-requests.ts';
import { defaultCustomFieldValues } from '../custom-fields/check-values.ts';
import { tokenTasks } from '../gateway-tokens/tasks.ts';
import type { RequestContent } from '../payment-requests/content.ts';
import { type NextRecord, recordChange, retentionEnd } from '../stored-payment-methods/change.ts';
import type { OpenedRecord } from '../stored-payment-methods/content.ts';
import { newRecordId } from '../stored-payment-methods/create.ts';
import { recordChoice } from '../stored-payment-methods/details.ts';
import { unchangedRecord } from '../stored-payment-methods/unchanged.ts';
import { enteredRecord } from './entered-record.ts';
import { presentInstrument } from './present.ts';

/**
 * Makes a record the account's instrument: renewed by what was entered, or as it is when it was picked; a new one when
 * there is no target. Null when something that was read has changed since: nothing was applied, the token is still good.
 */
export async function billRecord(
  ctx: Context,
  customer: FoundCustomer,
  request: RequestWithSession,
  entered: RequestContent | null,
  { target, current }: { target: OpenedRecord | null; current: OpenedRecord | null },
): Promise<AccountPaymentInstrument | null> {
  const next = entered ? enteredRecord(entered, target) : target && unchangedRecord(target);
  if (!next) throw new Error('a payment request names no instrument');
  const dataKey = ctx.keys.customerKey(customersKey(customer));
  const id = target?.row.id ?? newRecordId();
  const match = matchOf(request, target, next);
  // The customer is never stopped by a field of the shop's: one that is required may be missing here.
  const defaults = target ? undefined : defaultCustomFieldValues(await ctx.customFieldsOf(ctx.tenant.tenantId));
  const { change } = await recordChange(ctx, {
    current: target,
    id,
    next: {
      ...next,
      content: { ...next.content, ...(defaults?.length ? { custom_field_values: defaults } : {}) },
      customer: { customerId: customer.customer_id, contactId: customer.contact_id, dataKey },
    },
    action: 'account_payment_instrument.replaced',
    event: { match },
  });
  const paymentChoice = recordChoice(ctx.tenant, change.record, next.content);
  const result: AccountPaymentInstrument = {
    ...presentInstrument(ctx, change.record, next.content),
    accountVersion: customer.account_version + 1,
    match,
  };
  const answer = ctx.keepAnswer(result);
  const outcome = await ctx.changeRecord(ctx.tenant.tenantId, {
    ...change,
    account: {
      customerId: customer.customer_id,
      expectedAccountVersion: customer.account_version,
      paymentChoice,
      left: current && current.row.id !== id ? current.row : undefined,
    },
    payment: { requestId: request.request_id, sessionId: request.session_id },
    ...(request.secret_id ? { secretId: request.secret_id, destroyEarlierNumberAfter: retentionEnd(ctx) } : {}),
    ...(entered
      ? {
          tokenTasks: tokenTasks(ctx, {
            recordId: id,
            dataKey,
            secretId: request.secret_id,
            earlier: target?.content.merchant_account_tokens ?? [],
            next: next.content.merchant_account_tokens,
            missing: entered.untokenized ?? [],
          }),
        }
      : {}),
    ...(answer ? { answer } : {}),
  });
  return outcome === 'applied' ? result : null;
}

/** A fingerprint covers the number only: what else is new about the same method is a change of it (domain-rules). */
function matchOf(
  request: RequestWithSession,
  target: OpenedRecord | null,
  next: Pick<NextRecord, 'fields' | 'content'>,
): NonNullable<AccountPaymentInstrument['match']> {
  if (!target || (target.row.id !== request.chosen_method_id && target.row.id !== request.same_number_method_id)) {
    return 'NEW_METHOD';
  }
  const facts = ({ fields, content }: Pick<NextRecord, 'fields' | 'content'>) => {
    const { name_on_account: holder, billing_address: address, network, bankAccount, wallet } = content;
    return [fields.expires, holder, address, network, bankAccount, wallet];
  };
  return isDeepStrictEqual(facts(unchangedRecord(target)), facts(next)) ? 'SAME_METHOD' : 'CHANGED_DETAILS';
}
