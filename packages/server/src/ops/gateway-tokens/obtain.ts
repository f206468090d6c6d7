import { ConnectorError, type InstrumentDetails } from '../../connectors/connector.ts';
import type { Context } from '../../context.ts';
import type { Secret } from '../../crypto/secret.ts';
import { OnfileError } from '../../errors.ts';
import type { MerchantAccountRow } from '../../store/merchant-accounts.ts';
import type { ObtainTask } from '../../store/token-tasks.ts';
import { findNumberHolder } from '../../store/vault-secrets.ts';
import { KeyDestroyed } from '../customer-data-key.ts';
import { accountRef } from '../instruments/tokenize.ts';
import { unvaultNumber } from '../instruments/vault.ts';
import { recordChange } from '../stored-payment-methods/change.ts';
import { detailsForConnector } from '../stored-payment-methods/connector-details.ts';
import { type OpenedRecord, openRecord } from '../stored-payment-methods/content.ts';
import { unchangedRecord } from '../stored-payment-methods/unchanged.ts';
import { type AttemptEnd, withinDeadline } from './attempt.ts';
import { retireOrphans } from './retire-orphans.ts';

/** Each time somebody else changed the record meanwhile. */
const mostTries = 5;

/**
 * Gets the token that a merchant account lacks and adds it to the record, as its next version. A token that finds no
 * place there any more, because the record was changed meanwhile, is retired.
 */
export async function obtainToken(ctx: Context, task: ObtainTask): Promise<AttemptEnd> {
  let unplaced: { token: Secret<string>; record: OpenedRecord } | null = null;
  let end: AttemptEnd = { outcome: 'again', reason: 'gateway_failed' };
  for (let tries = 0; tries < mostTries; tries++) {
    const ready = await readyRecord(ctx, task);
    if ('outcome' in ready) {
      end = ready;
      break;
    }
    const { record } = ready;
    if (!unplaced) {
      const tokenized = await tokenize(ctx, ready);
      if ('outcome' in tokenized) return tokenized;
      unplaced = { token: tokenized.token, record };
    }
    if ((await addToken(ctx, task, record, unplaced.token)) === 'applied') return { outcome: 'settled' };
  }
  if (unplaced) {
    const { token, record } = unplaced;
    const orphan = { merchant_account_id: task.merchant_account_id, token: token.reveal() };
    await retireOrphans(ctx, { tokens: [orphan], recordId: task.record_id, dataKey: record.dataKey });
  }
  return end;
}

type Ready = { record: OpenedRecord; account: MerchantAccountRow; details: InstrumentDetails };

/** Everything that a gateway must be given, or why there is nothing to give. */
async function readyRecord(ctx: Context, task: ObtainTask): Promise<Ready | AttemptEnd> {
  const { tenantId } = ctx.tenant;
  const row = await ctx.readRecord(tenantId, task.record_id);
  if (!row) return { outcome: 'done' };
  const record = openRecord(ctx, row);
  const { merchant_account_tokens: tokens } = record.content;
  if (tokens.some((token) => token.merchant_account_id === task.merchant_account_id)) return { outcome: 'done' };
  const holder = await findNumberHolder(ctx.db, tenantId, task.secret_id);
  if (!holder) return { outcome: 'failed', reason: 'number_gone' };
  if (holder.record_id !== row.id || holder.destroy_after) return { outcome: 'done' };
  if (row.sys_locked) return { outcome: 'postponed' };
  const account = await ctx.readMerchantAccount(tenantId, task.merchant_account_id);
  if (!account?.is_active) return { outcome: 'failed', reason: 'merchant_account_inactive' };
  const number = await unvaultNumber(ctx, task.secret_id).catch(ifDestroyed);
  if (!number) return { outcome: 'failed', reason: 'number_gone' };
  const details = detailsForConnector(record, number);
  if (!details) return { outcome: 'failed', reason: 'not_transferable' };
  return { record, account, details };
}

/** It may go at any moment; a token that was made by then is still to be retired. */
function ifDestroyed(error: unknown): null {
  if (error instanceof KeyDestroyed) return null;
  throw error;
}

async function tokenize(ctx: Context, { account, details }: Ready): Promise<{ token: Secret<string> } | AttemptEnd> {
  try {
    const token = await withinDeadline(ctx, (signal) =>
      ctx.connectorOf(ctx.tenant).tokenize(accountRef(ctx, account), details, signal),
    );
    return { token };
  } catch (error) {
    if (error instanceof ConnectorError) return { outcome: 'again', reason: 'gateway_failed' };
    // What the gateway does not take of the instrument itself.
    if (error instanceof OnfileError) return { outcome: 'failed', reason: 'declined' };
    throw error;
  }
}

async function addToken(ctx: Context, task: ObtainTask, record: OpenedRecord, token: Secret<string>) {
  const next = unchangedRecord(record);
  const { merchant_account_tokens: tokens } = record.content;
  const added = { merchant_account_id: task.merchant_account_id, token: token.reveal() };
  const { change } = await recordChange(ctx, {
    current: record,
    id: record.row.id,
    next: { ...next, content: { ...next.content, merchant_account_tokens: [...tokens, added] } },
    action: 'stored_payment_method.token_added',
    event: true,
  });
  return ctx.changeRecord(ctx.tenant.tenantId, { ...change, settledTaskId: task.task_id });
}
