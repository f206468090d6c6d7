import { v4 as randomUuid, v7 as timeOrderedUuid } from 'uuid';
import type { Context } from '../../context.ts';
import { emptyHeldCustomer, type HeldCustomer, holdCustomerToErase } from '../../store/customer-erasure.ts';
import { sqlState, type Transaction } from '../../store/database.ts';
import { type ErasureRow, insertErasure } from '../../store/erasures.ts';
import { destroyCustomerKeys, insertCustomerKey } from '../../store/keys.ts';
import { insertTokenTasks } from '../../store/token-tasks.ts';
import { insertTrail } from '../../store/trail.ts';
import { retireTasks } from '../gateway-tokens/tasks.ts';
import { keepAnswerIn } from '../idempotency.ts';
import { retryLostRace } from '../lost-race.ts';
import { openRecord } from '../stored-payment-methods/content.ts';
import { refuseAnyLock } from '../stored-payment-methods/lock.ts';
import { trailOf } from '../trail.ts';
import { tokensOf } from './tokens-of.ts';

/** How long gateways are asked to delete tokens before the last that is known of them is destroyed too. */
const patienceMs = 24 * 3_600_000;
const deadlock = '40P01';

type Options = {
  /** Whether a locked record keeps the customer from being erased; an erasure that is done once more heeds no lock. */
  heedsLocks: boolean;
  /** What the caller is told, to be kept for a retry with the change. */
  present: (row: ErasureRow) => object;
  /** When the customer was erased before: one who came later has the id of somebody whom the database forgot. */
  erasedAt?: Date;
};

type Erased = { row: ErasureRow; keyIds: string[]; taskIds: string[] };

/**
 * Destroys every data key of a customer, and with them whatever was sealed under those, here and in the audit; empties
 * what was readable without them; leaves the shell of ids, versions and times: all of it in one transaction. What
 * gateways have to be told is sealed under a key of its own, which `settleErasures` destroys. Null when there is no such
 * customer. Throws 409 for a locked record.
 */
export async function eraseCustomer(ctx: Context, customerId: number, options: Options): Promise<ErasureRow | null> {
  const { tenantId } = ctx.tenant;
  const erased = await retryLostRace(() =>
    ctx.db
      .transaction(tenantId, (tx) => eraseIn(tx, ctx, customerId, options))
      .catch((error: unknown): 'lost' => {
        if (sqlState(error) === deadlock) return 'lost';
        throw error;
      }),
  );
  if (!erased) return null;
  ctx.keys.forgetCustomerKeys(erased.keyIds);
  if (erased.taskIds.length > 0) ctx.wakeTokenWorker(tenantId, erased.taskIds);
  return erased.row;
}

async function eraseIn(
  tx: Transaction,
  ctx: Context,
  customerId: number,
  { heedsLocks, present, erasedAt }: Options,
): Promise<Erased | null> {
  const held = await holdCustomerToErase(tx, customerId);
  if (!held || (erasedAt && held.customer.created_at > erasedAt)) return null;
  if (heedsLocks) refuseLocks(ctx, held);
  const at = ctx.now();
  const { customer, keys, records } = held;
  const leftover = ctx.keys.newCustomerKey(randomUuid());
  const tasks = tokensOf(ctx, held).flatMap(({ recordId, ...token }) =>
    retireTasks(ctx, [token], { recordId, dataKey: leftover.dataKey }),
  );
  const trail = trailOf(ctx, {
    action: 'contact.erased',
    at,
    subject: { kind: 'customer', id: String(customerId), version: customer.version + 1 },
    event: {
      customer_id: customerId,
      contact_id: customer.contact_id,
      stored_payment_method_ids: records.map(({ id }) => id),
    },
  });
  const row: ErasureRow = {
    customer_id: customerId,
    contact_id: customer.contact_id,
    stored_payment_methods: records.length,
    erased_at: at,
    tokens_under: tasks.length > 0 ? leftover.wrapped.customerUuid : null,
    give_up_at: new Date(at.getTime() + patienceMs),
    gateway_tokens_left: tasks.length > 0 ? null : 0,
    registered_at: null,
    answers_cleared_at: null,
    finished_at: null,
  };
  await emptyHeldCustomer(tx, held, {
    // Whoever comes back, with the same id of another system, is somebody new.
    customerUuid: randomUuid(),
    contactId: `erased_${timeOrderedUuid()}`,
    at,
    erasedBy: ctx.caller.id,
    context: { action: 'contact.erased', actor: ctx.caller.id, method: ctx.caller.kind, trace_id: ctx.traceId },
  });
  await destroyCustomerKeys(tx, customer.customer_uuid);
  if (tasks.length > 0) {
    await insertCustomerKey(tx, leftover.wrapped, at);
    await insertTokenTasks(tx, tasks);
  }
  await insertErasure(tx, row);
  await insertTrail(tx, trail);
  await keepAnswerIn(tx, ctx, present(row));
  return { row, keyIds: keys.map(({ keyId }) => keyId), taskIds: tasks.map((task) => task.task_id) };
}

/** A lock holds whatever must not be lost, such as a disputed charge; erasing waits until somebody unlocks. */
function refuseLocks(ctx: Context, { records }: HeldCustomer): void {
  for (const row of records) {
    if (row.sys_locked && row.sys_deleted_at === null) refuseAnyLock(ctx, openRecord(ctx, row));
  }
}
