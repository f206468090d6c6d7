import type { Context } from '../../context.ts';
import type { Customer } from '../../contract/customer.ts';
import { OnfileError } from '../../errors.ts';
import type { FoundCustomer } from '../../store/customers.ts';
import { sqlState, type Transaction } from '../../store/database.ts';
import { type RequestWithSession, requestsKey } from '../../store/payment-requests.ts';
import { applyRecordChange } from '../../store/record-changes.ts';
import { billOfflineIn } from '../accounts/bill-offline.ts';
import { billRecord } from '../accounts/bill-record.ts';
import { enteredContent } from '../accounts/entered-content.ts';
import { alreadyUsed, checkUsable } from '../accounts/usable-request.ts';
import { paymentRequestTokenHash } from '../payment-requests/tokens.ts';
import { addCustomer, type NewCustomer } from './add.ts';
import { presentCustomer } from './content.ts';

const reference = 'paymentRequestToken';

/**
 * Makes a customer of the person who entered an instrument in a session that named no customer, and lets the account
 * bill it: all in one transaction. Throws as the outcome table of DESIGN.md; the token is still good after a failure.
 */
export async function addCustomerWithInstrument(
  ctx: Context,
  given: NewCustomer,
  paymentRequestToken: string,
): Promise<Customer> {
  const { tenantId } = ctx.tenant;
  const tokenHash = paymentRequestTokenHash(paymentRequestToken).toString('hex');
  const request = await ctx.readPaymentRequest(tenantId, tokenHash);
  if (!request) throw new OnfileError('errormessage.payment.request.not.found', { reference });
  checkUsable(request, null, ctx.now());
  const payer = { customerUuid: request.customer_uuid, dataKey: ctx.keys.customerKey(requestsKey(request)) };
  const tasks: string[] = [];
  try {
    const shown = await addCustomer(ctx, 'customer.created', { ...given, payer }, presentCustomer, async (tx, row) => {
      const customer = { ...row, wrapped_key: request.wrapped_key, wrapped_by: request.wrapped_by };
      const billed = await billEntered(within(ctx, tx, tasks), tx, customer, request);
      if (!billed) throw new OnfileError('errormessage.concurrent.modification');
    });
    if (tasks.length > 0) ctx.wakeTokenWorker(tenantId, tasks);
    return shown;
  } catch (error) {
    const isTaken = sqlState(error) === '23505';
    if (!isTaken && !(error instanceof OnfileError)) throw error;
    const after = await ctx.readPaymentRequest(tenantId, tokenHash);
    const used = after && alreadyUsed(after);
    if (used) throw used;
    // The person became a customer by another session of theirs.
    if (isTaken) throw new OnfileError('errormessage.payment.request.customer.mismatch', { reference, cause: error });
    throw error;
  }
}

async function billEntered(ctx: Context, tx: Transaction, customer: FoundCustomer, request: RequestWithSession) {
  const entered = await enteredContent(ctx, request);
  return entered && 'offline' in entered
    ? billOfflineIn(tx, ctx, customer, request, entered.offline, null)
    : billRecord(ctx, customer, request, entered, { target: null, current: null });
}

/** The same context, whose change of a record belongs to the transaction, and whose answer is the customer's. */
const within = (ctx: Context, tx: Transaction, tasks: string[]): Context => ({
  ...ctx,
  keepAnswer: () => undefined,
  changeRecord(_tenantId, change) {
    tasks.push(...(change.tokenTasks ?? []).map((task) => task.task_id));
    return applyRecordChange(tx, change);
  },
});
