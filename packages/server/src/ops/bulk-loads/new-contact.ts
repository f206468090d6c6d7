import { v7 as timeOrderedUuid } from 'uuid';
import type { Context } from '../../context.ts';
import type { Person } from '../../contract/customer.ts';
import type { DataKey } from '../../crypto/envelope.ts';
import { type CustomerRow, insertCustomer } from '../../store/customers.ts';
import type { Transaction } from '../../store/database.ts';
import { insertCustomerKey, type WrappedCustomerKey } from '../../store/keys.ts';
import { insertTrail, type Trail } from '../../store/trail.ts';
import { sealPerson } from '../customers/content.ts';
import { customerTrail } from '../customers/trail.ts';

/** A contact that a row of a file brings with it, ready to be written. */
export type NewContact = { row: CustomerRow; dataKey: DataKey; wrapped: WrappedCustomerKey; trail: Trail };

const longestName = 200;

/** Both names are obligatory: a name of one word is the last one. */
function personNamed(name: string): Person {
  const words = name.trim().split(/\s+/);
  const lastName = words.pop() ?? '';
  return { firstName: words.join(' ').slice(0, longestName) || '-', lastName: lastName.slice(0, longestName) || '-' };
}

/** A contact under an id that another system gave it. */
export function newContact(ctx: Context, customerId: number, contactId: string, name: string): NewContact {
  const at = ctx.now();
  const person = personNamed(name);
  const customerUuid = timeOrderedUuid();
  const { dataKey, wrapped } = ctx.keys.newCustomerKey(customerUuid);
  const identity = { customer_id: customerId, version: 1 };
  const row: CustomerRow = {
    ...identity,
    customer_uuid: customerUuid,
    contact_id: contactId,
    status: 'MEMBER',
    is_active: true,
    key_id: dataKey.keyId,
    sealed: sealPerson(ctx.tenant.tenantId, identity, person, dataKey),
    account_method_id: null,
    account_payment_choice: null,
    account_version: 0,
    created_at: at,
    modified_at: at,
  };
  const after = { row, person };
  const trail = customerTrail(ctx, { action: 'contact.created', dataKey, before: null, after, changedFields: [] });
  return { row, dataKey, wrapped, trail };
}

/** Rejects with SQLSTATE 23505 when the contact has come by another way. */
export async function insertContacts(tx: Transaction, contacts: readonly NewContact[]): Promise<void> {
  await Promise.all(
    contacts.flatMap(({ row, wrapped, trail }) => [
      insertCustomerKey(tx, wrapped, row.created_at),
      insertCustomer(tx, row),
      insertTrail(tx, trail),
    ]),
  );
}
