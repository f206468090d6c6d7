import type { Context } from '../../context.ts';
import type { AccountPaymentInstrument } from '../../contract/payments.ts';
import { billAccountOffline } from '../../store/account-choice.ts';
import type { FoundCustomer } from '../../store/customers.ts';
import type { Transaction } from '../../store/database.ts';
import type { RequestWithSession } from '../../store/payment-requests.ts';
import { insertTrail } from '../../store/trail.ts';
import { keepAnswerIn } from '../idempotency.ts';
import { instrumentDetails } from '../instruments/details.ts';
import type { OpenedRecord } from '../stored-payment-methods/content.ts';
import { trailOf } from '../trail.ts';

/**
 * Lets an account pay in cash or by bank transfer: it bills no record any more, and the one that it billed stays on
 * file. Null when something that was read has changed since: nothing was applied, the token is still good.
 */
export const billOffline = (
  ctx: Context,
  customer: FoundCustomer,
  request: RequestWithSession,
  choice: 'CASH' | 'BANK_TRANSFER',
  current: OpenedRecord | null,
): Promise<AccountPaymentInstrument | null> =>
  ctx.db.transaction(ctx.tenant.tenantId, async (tx) => {
    const result = await billOfflineIn(tx, ctx, customer, request, choice, current);
    if (result) await keepAnswerIn(tx, ctx, result);
    return result;
  });

/** The same in a transaction that writes more; the answer is kept by whoever gives it. */
export async function billOfflineIn(
  tx: Transaction,
  ctx: Context,
  customer: FoundCustomer,
  request: RequestWithSession,
  choice: 'CASH' | 'BANK_TRANSFER',
  current: OpenedRecord | null,
): Promise<AccountPaymentInstrument | null> {
  const at = ctx.now();
  const accountVersion = customer.account_version + 1;
  const applied = await billAccountOffline(tx, {
    customerId: customer.customer_id,
    expectedAccountVersion: customer.account_version,
    left: current?.row ?? null,
    choice,
    requestId: request.request_id,
    sessionId: request.session_id,
    at,
  });
  if (!applied) return null;
  await insertTrail(
    tx,
    trailOf(ctx, {
      action: 'account_payment_instrument.replaced',
      at,
      subject: { kind: 'customer', id: String(customer.customer_id), version: accountVersion },
      event: {
        customer_id: customer.customer_id,
        payment_choice: choice,
        earlier_stored_payment_method_id: customer.account_method_id,
      },
    }),
  );
  const details = instrumentDetails({ choice, holder: '', lastFour: '', facts: {} });
  return { paymentChoice: choice, accountVersion, details };
}
