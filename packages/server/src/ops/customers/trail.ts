import type { Context } from '../../context.ts';
import type { Person } from '../../contract/customer.ts';
import type { DataKey } from '../../crypto/envelope.ts';
import type { CustomerRow } from '../../store/customers.ts';
import type { Trail } from '../../store/trail.ts';
import { trailOf } from '../trail.ts';

type Known = { row: CustomerRow; person: Person };

type CustomerAction = 'customer.created' | 'contact.created' | 'contact.updated' | 'contact.deactivated';

const details = ({ row, person }: Known): object => ({ status: row.status, is_active: row.is_active, ...person });

/** The trail of a change. One row is one subject, whichever dialect changed it; the event names both of its ids. */
export const customerTrail = (
  ctx: Context,
  change: {
    action: CustomerAction;
    dataKey: DataKey;
    before: Known | null;
    after: Known;
    changedFields: readonly string[];
  },
): Trail => {
  const { before, after } = change;
  const { row } = after;
  return trailOf(ctx, {
    action: change.action,
    at: row.modified_at,
    subject: { kind: 'customer', id: String(row.customer_id), version: row.version },
    details: { under: change.dataKey, value: { before: before && details(before), after: details(after) } },
    event: {
      customer_id: row.customer_id,
      contact_id: row.contact_id,
      is_active: row.is_active,
      changed_fields: [...change.changedFields],
    },
  });
};
