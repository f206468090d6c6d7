import type { Context } from '../../context.ts';
import type { CustomField, CustomFieldDefinition } from '../../contract/custom-field.ts';
import { type CustomFieldRow, lockAllCustomFields, updateCustomField } from '../../store/custom-fields.ts';
import { insertTrail } from '../../store/trail.ts';
import { refuseLimitedCaller } from '../contact-limit.ts';
import { keepAnswerIn } from '../idempotency.ts';
import { retryLostRace } from '../lost-race.ts';
import { changedFields, type Preconditions, requirePreconditions } from '../preconditions.ts';
import { orderRecalculation } from '../recalculations/order.ts';
import { timeAfter } from '../version-time.ts';
import { refuseBrokenValues } from './broken-values.ts';
import { checkCalculation } from './check-calculation.ts';
import { findCustomField } from './find.ts';
import { needsRecalculation } from './needs-recalculation.ts';
import { presentCustomField } from './present.ts';
import { customFieldTrail } from './trail.ts';

export type CustomFieldChange = {
  preconditions: Preconditions;
  /** What it becomes; null leaves the field as it is, without a new version. */
  next: (current: CustomFieldDefinition) => CustomFieldDefinition | null;
  /** Goes on although existing values break the new rules. */
  acceptBrokenValues: boolean;
};

/**
 * Makes the next version of a field's definition: row, trail, the recalculation that it needs and the kept answer in one
 * transaction. Throws 404 for an unknown id, 409, 412 or 428 for an outdated basis, 409 when it would break values.
 */
export function changeCustomField(ctx: Context, id: string, change: CustomFieldChange): Promise<CustomField> {
  refuseLimitedCaller(ctx, 'CUSTOM_FIELD_WRITE');
  const { tenantId } = ctx.tenant;
  return retryLostRace(async () => {
    const before = await findCustomField(ctx, id);
    const definition = change.next(before.definition);
    if (!definition) return presentCustomField(before);
    const after: CustomFieldRow = {
      ...before,
      definition,
      version: before.version + 1,
      modified_at: timeAfter(ctx.now(), before.modified_at),
    };
    const shown = presentCustomField(after);
    const current = { sys_version: before.version, sys_last_modified_at: before.modified_at };
    requirePreconditions(ctx, current, change.preconditions, changedFields(presentCustomField(before), shown));
    const recalculates = needsRecalculation(before.definition, definition);
    if (!change.acceptBrokenValues) {
      await refuseBrokenValues(ctx, { id, before: before.definition, after: definition });
    }
    const outcome = await ctx.db.transaction(tenantId, async (tx) => {
      // Under the lock, for two changes at once could each close half of a circle.
      if (recalculates) checkCalculation(await lockAllCustomFields(tx), after);
      if (!(await updateCustomField(tx, after))) return 'lost';
      if (recalculates) await orderRecalculation(tx, ctx);
      await insertTrail(tx, customFieldTrail(ctx, before, after));
      await keepAnswerIn(tx, ctx, shown);
      return shown;
    });
    ctx.forgetCustomFields(tenantId);
    return outcome;
  });
}
