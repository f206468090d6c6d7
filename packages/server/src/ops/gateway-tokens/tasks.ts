import { randomUUID } from 'node:crypto';
import type { Context } from '../../context.ts';
import type { StoredPaymentMethod } from '../../contract/stored-payment-method.ts';
import { type DataKey, open, seal } from '../../crypto/envelope.ts';
import { Secret } from '../../crypto/secret.ts';
import type { ObtainTask, RetireTask, TokenTask } from '../../store/token-tasks.ts';
import { activeTraceparent } from '../../telemetry/tracing.ts';

type Tokens = StoredPaymentMethod['merchant_account_tokens'];

/** Binds a token that is to be retired to its task. */
export const tokenBinding = (ctx: Pick<Context, 'tenant'>, taskId: string) =>
  [ctx.tenant.tenantId, 'token_tasks', taskId, 'token', 1] as const;

/** Tasks that retire tokens at their gateways; `dataKey` is the customer's, `recordId` the record that held them. */
export const retireTasks = (
  ctx: Pick<Context, 'tenant' | 'now'>,
  tokens: Tokens,
  options: { recordId: string | null; dataKey: DataKey },
): RetireTask[] =>
  tokens.map(({ merchant_account_id, token }) => {
    const taskId = randomUUID();
    return {
      kind: 'retire',
      task_id: taskId,
      record_id: options.recordId,
      merchant_account_id,
      key_id: options.dataKey.keyId,
      sealed: seal(token, options.dataKey, tokenBinding(ctx, taskId)),
      created_at: ctx.now(),
      traceparent: activeTraceparent(),
    };
  });

/** The token that a task is to retire. Throws `SealBroken` when the row was changed or moved. */
export const tokenToRetire = (
  ctx: Pick<Context, 'tenant'>,
  task: Omit<RetireTask, 'traceparent'>,
  dataKey: DataKey,
): Secret<string> => new Secret(open(task.sealed, dataKey, tokenBinding(ctx, task.task_id)).toString('utf8'));

const obtainTasks = (
  ctx: Pick<Context, 'now'>,
  accounts: readonly string[],
  options: { recordId: string; secretId: string },
): ObtainTask[] =>
  accounts.map((account) => ({
    kind: 'obtain',
    task_id: randomUUID(),
    record_id: options.recordId,
    merchant_account_id: account,
    secret_id: options.secretId,
    created_at: ctx.now(),
    traceparent: activeTraceparent(),
  }));

/**
 * What a replaced instrument leaves to be done: each token that it had and has no more is retired, each merchant account
 * in `missing` gets one of the number under `secretId`. Belongs into `RecordChange.tokenTasks`.
 */
export function tokenTasks(
  ctx: Pick<Context, 'tenant' | 'now'>,
  replaced: {
    recordId: string;
    /** Of the customer whose tokens these are. */
    dataKey: DataKey;
    /** Null: no number of it is in the vault, so that nothing can be obtained. */
    secretId: string | null;
    earlier: Tokens;
    next: Tokens;
    missing: readonly string[];
  },
): TokenTask[] {
  const { recordId, dataKey, secretId, next } = replaced;
  const kept = new Set(next.map(({ merchant_account_id: account, token }) => `${account} ${token}`));
  const gone = replaced.earlier.filter(({ merchant_account_id: account, token }) => !kept.has(`${account} ${token}`));
  return [
    ...retireTasks(ctx, gone, { recordId, dataKey }),
    ...(secretId === null ? [] : obtainTasks(ctx, replaced.missing, { recordId, secretId })),
  ];
}
