import type { Context } from '../../context.ts';
import type { GatewayToken, GatewayTokens } from '../../contract/gateway-tokens.ts';
import { listRecordsTokenTasks, type RecordsTask } from '../../store/token-tasks.ts';
import { recordRead } from '../audit/record-read.ts';
import { operation } from '../operation.ts';
import { findRecord } from '../stored-payment-methods/find.ts';

/**
 * Where a record stands at each merchant account: the tokens in use, those still to be obtained, and earlier ones that
 * are still to be retired. Throws 404 as reading the record does.
 */
export const listGatewayTokens = operation(
  'STORED_PAYMENT_METHOD_READ',
  async (ctx: Context, { id }: { id: string }): Promise<GatewayTokens> => {
    const { row, content } = await findRecord(ctx, id);
    const tasks = await listRecordsTokenTasks(ctx.db, ctx.tenant.tenantId, row.id);
    await recordRead(ctx, 'gateway_tokens.read', { kind: 'stored_payment_method', id, version: row.sys_version });
    const inUse = new Set(content.merchant_account_tokens.map((token) => token.merchant_account_id));
    return {
      Items: [
        ...content.merchant_account_tokens.map((token) => ({ ...token, status: 'active' as const })),
        ...tasks.filter((task) => task.kind === 'retire' || !inUse.has(task.merchant_account_id)).map(presentTask),
      ],
    };
  },
);

const statusOf = ({ kind, state }: RecordsTask): GatewayToken['status'] => {
  if (kind === 'obtain') return state;
  return state === 'pending' ? 'retiring' : 'retirement-failed';
};

const presentTask = (task: RecordsTask): GatewayToken => ({
  merchant_account_id: task.merchant_account_id,
  status: statusOf(task),
  ...(task.reason ? { reason: task.reason } : {}),
  since: task.created_at.toISOString(),
});
