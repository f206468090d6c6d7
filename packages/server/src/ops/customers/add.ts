import { v7 as timeOrderedUuid } from 'uuid';
import type { Context } from '../../context.ts';
import type { Person } from '../../contract/customer.ts';
import type { DataKey } from '../../crypto/envelope.ts';
import { type CustomerRow, insertCustomer, nextCustomerId } from '../../store/customers.ts';
import type { Transaction } from '../../store/database.ts';
import { insertCustomerKey } from '../../store/keys.ts';
import { insertTrail } from '../../store/trail.ts';
import { keepAnswerIn } from '../idempotency.ts';
import { sealPerson } from './content.ts';
import { customerTrail } from './trail.ts';

export type NewCustomer = Pick<CustomerRow, 'status' | 'is_active'> & {
  person: Person;
  /** Who had a payment session, and so a data key, before becoming a customer. */
  payer?: { customerUuid: string; dataKey: DataKey };
};

/**
 * Adds a customer with a data key of its own: key, row, trail and kept answer in one transaction, with what `further`
 * writes. `present` shows the row in the words of the dialect that it was sent in, which is what a retry is answered
 * with. Rejects with SQLSTATE 23505 when the payer is a customer already.
 */
export async function addCustomer<Shown extends object>(
  ctx: Context,
  action: 'customer.created' | 'contact.created',
  { person, payer, ...given }: NewCustomer,
  present: (row: CustomerRow, person: Person) => Shown,
  further?: (tx: Transaction, row: CustomerRow) => Promise<void>,
): Promise<Shown> {
  const { tenantId } = ctx.tenant;
  const at = ctx.now();
  const customerUuid = payer?.customerUuid ?? timeOrderedUuid();
  const { dataKey, wrapped } = payer ? { ...payer, wrapped: null } : ctx.keys.newCustomerKey(customerUuid);
  const identity = { customer_id: await nextCustomerId(ctx.db), version: 1 };
  const row: CustomerRow = {
    ...given,
    ...identity,
    customer_uuid: customerUuid,
    contact_id: timeOrderedUuid(),
    key_id: dataKey.keyId,
    sealed: sealPerson(tenantId, identity, person, dataKey),
    account_method_id: null,
    account_payment_choice: null,
    account_version: 0,
    created_at: at,
    modified_at: at,
  };
  const shown = present(row, person);
  const trail = customerTrail(ctx, { action, dataKey, before: null, after: { row, person }, changedFields: [] });
  return ctx.db.transaction(tenantId, async (tx) => {
    if (wrapped) await insertCustomerKey(tx, wrapped, at);
    await insertCustomer(tx, row);
    await insertTrail(tx, trail);
    await further?.(tx, row);
    await keepAnswerIn(tx, ctx, shown);
    return shown;
  });
}
