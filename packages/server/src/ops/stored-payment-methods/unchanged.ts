import type { NextRecord } from './change.ts';
import type { OpenedRecord } from './content.ts';

/** The next version of a record that stays as it is, for a change of something else about it. */
export const unchangedRecord = ({ row, content, dataKey }: OpenedRecord): NextRecord => ({
  fields: {
    type: row.type,
    credit_card_type: row.credit_card_type,
    last_four_digits: row.last_four_digits,
    expires: row.expires,
    payrix_migrated: row.payrix_migrated,
    sys_external_id: row.sys_external_id,
    sys_locked: row.sys_locked,
    sys_snapshot_base_version: row.sys_snapshot_base_version,
  },
  content,
  customer: { customerId: row.customer_id, contactId: row.contact_id, dataKey },
});
