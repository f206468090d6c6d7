import { ConnectorError } from '../../connectors/connector.ts';
import type { Context } from '../../context.ts';
import { findCustomer } from '../../store/customers.ts';
import { type FoundRecord, walkCustomersRecords } from '../../store/records.ts';
import type { ClaimedTask, RetireTask } from '../../store/token-tasks.ts';
import { accountRef } from '../instruments/tokenize.ts';
import { openRecord } from '../stored-payment-methods/content.ts';
import { type AttemptEnd, withinDeadline } from './attempt.ts';
import { tokenToRetire } from './tasks.ts';

type Token = { merchant_account_id: string; token: string };

/** Deletes a token at its gateway, unless a live record holds it. */
export async function retireToken(ctx: Context, task: ClaimedTask & RetireTask): Promise<AttemptEnd> {
  const { tenantId } = ctx.tenant;
  const { wrapped_key: wrappedKey, wrapped_by: wrappedBy, key_customer_uuid: customerUuid } = task;
  // Without the customer's key nobody can tell any more which token it was.
  if (!wrappedKey || !wrappedBy || !customerUuid) return { outcome: 'done' };
  const dataKey = ctx.keys.customerKey({ keyId: task.key_id, customerUuid, wrappedKey, wrappedBy });
  const token = tokenToRetire(ctx, task, dataKey);
  const account = await ctx.readMerchantAccount(tenantId, task.merchant_account_id);
  const held = { merchant_account_id: task.merchant_account_id, token: token.reveal() };
  if (!account || (await isHeld(ctx, held, { recordId: task.record_id, customerUuid }))) return { outcome: 'done' };
  try {
    await withinDeadline(ctx, (signal) =>
      ctx.connectorOf(ctx.tenant).retireToken(accountRef(ctx, account), token, signal),
    );
  } catch (error) {
    if (error instanceof ConnectorError) return { outcome: 'again', reason: 'gateway_failed' };
    throw error;
  }
  return { outcome: 'done' };
}

/** Whether the record that held the token, or another one of its customer's, holds it now. */
async function isHeld(
  ctx: Context,
  token: Token,
  where: { recordId: string | null; customerUuid: string },
): Promise<boolean> {
  const { tenantId } = ctx.tenant;
  const holds = (row: FoundRecord) =>
    openRecord(ctx, row).content.merchant_account_tokens.some(
      (one) => one.merchant_account_id === token.merchant_account_id && one.token === token.token,
    );
  const record = where.recordId === null ? null : await ctx.readRecord(tenantId, where.recordId);
  if (record && holds(record)) return true;
  // Most often it is still the same customer's, so that nobody needs to be looked up.
  const customer =
    record?.customer_uuid === where.customerUuid
      ? record
      : await findCustomer(ctx.db, tenantId, { customerUuid: where.customerUuid });
  if (!customer) return false;
  for await (const row of walkCustomersRecords(ctx.db, tenantId, customer.customer_id)) {
    if (holds(row)) return true;
  }
  return false;
}
