import type { Context } from '../../context.ts';
import type { StoredPaymentMethod } from '../../contract/stored-payment-method.ts';
import { operation } from '../operation.ts';
import { checkBody, updateRecord } from './update.ts';

/**
 * Replaces a record as a whole (contract v1-2025-04-18). Left out optional fields are cleared, except those that
 * DESIGN.md names. Throws 404 for an unknown id, 409 for a lock or an outdated basis, 412 for If-Match, 400 for rules.
 */
export const replaceStoredPaymentMethod = operation(
  'STORED_PAYMENT_METHOD_WRITE',
  async (
    ctx: Context,
    { id, body, ifMatch }: { id: string; body: StoredPaymentMethod; ifMatch?: string | undefined },
  ): Promise<StoredPaymentMethod> => {
    const directives = checkBody(ctx, id, body);
    const preconditions = {
      ifMatch,
      sysVersion: body.sys_version,
      sysLastModifiedAt: body.sys_last_modified_at,
    };
    return updateRecord(ctx, id, 'stored_payment_method.replaced', (current) => ({
      body: { ...keptWhenLeftOut(current), ...body },
      directives,
      preconditions,
    }));
  },
);

/** Upstream lost whole lists to a field that was left out: these stay unless the body says otherwise. */
const keptWhenLeftOut = (current: StoredPaymentMethod) => ({
  custom_field_values: current.custom_field_values,
  sys_external_id: current.sys_external_id,
  sys_locked: current.sys_locked,
  sys_snapshot_base_version: current.sys_snapshot_base_version,
});
