import type { Context } from '../../context.ts';
import type { Contact } from '../../contract/contact.ts';
import { type CustomerRow, updateCustomer } from '../../store/customers.ts';
import { insertTrail } from '../../store/trail.ts';
import type { NewCustomer } from '../customers/add.ts';
import { type OpenedCustomer, openCustomer, sealPerson } from '../customers/content.ts';
import { customerTrail } from '../customers/trail.ts';
import { keepAnswerIn } from '../idempotency.ts';
import { retryLostRace } from '../lost-race.ts';
import { changedFields, type Preconditions, requirePreconditions } from '../preconditions.ts';
import { timeAfter } from '../version-time.ts';
import { presentContact } from './fields.ts';
import { findContact } from './find.ts';

export type ContactChange = {
  action: 'contact.updated' | 'contact.deactivated';
  preconditions: Preconditions;
  /** What the contact becomes; null leaves it as it is, without a new version. */
  next: (current: OpenedCustomer) => NewCustomer | null;
};

/**
 * Makes the next version of a contact: row, trail and kept answer in one transaction, if every precondition holds.
 * Throws 404 for an unknown id, 409, 412 or 428 for an outdated basis.
 */
export function changeContact(ctx: Context, id: string, change: ContactChange): Promise<Contact> {
  return retryLostRace(async () => {
    const current = openCustomer(ctx, await findContact(ctx, id));
    const next = change.next(current);
    const before = presentContact(current.row, current.person);
    if (!next) return before;
    const after = nextVersion(ctx, current, next);
    const shown = presentContact(after.row, after.person);
    const changed = changedFields(before, shown);
    const version = { sys_version: current.row.version, sys_last_modified_at: current.row.modified_at };
    requirePreconditions(ctx, version, change.preconditions, changed);
    const { action } = change;
    const trail = customerTrail(ctx, {
      action,
      dataKey: current.dataKey,
      before: current,
      after,
      changedFields: changed,
    });
    return ctx.db.transaction(ctx.tenant.tenantId, async (tx) => {
      const { row } = after;
      if (!(await updateCustomer(tx, { ...row, version: current.row.version }, row.modified_at))) return 'lost';
      await insertTrail(tx, trail);
      await keepAnswerIn(tx, ctx, shown);
      return shown;
    });
  });
}

function nextVersion(ctx: Context, { row, dataKey }: OpenedCustomer, { person, ...given }: NewCustomer) {
  const version = { customer_id: row.customer_id, version: row.version + 1 };
  const next: CustomerRow = {
    ...row,
    ...given,
    ...version,
    sealed: sealPerson(ctx.tenant.tenantId, version, person, dataKey),
    modified_at: timeAfter(ctx.now(), row.modified_at),
  };
  return { row: next, person };
}
