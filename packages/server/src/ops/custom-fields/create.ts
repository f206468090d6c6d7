import type { Context } from '../../context.ts';
import type { CustomField, WrittenCustomField } from '../../contract/custom-field.ts';
import { integerArgument, OnfileError } from '../../errors.ts';
import {
  type CustomFieldRow,
  insertCustomField,
  listAllCustomFields,
  lockAllCustomFields,
} from '../../store/custom-fields.ts';
import { insertTrail } from '../../store/trail.ts';
import { refuseLimitedCaller } from '../contact-limit.ts';
import { keepAnswerIn } from '../idempotency.ts';
import { operation } from '../operation.ts';
import { orderRecalculation } from '../recalculations/order.ts';
import { refuseBrokenValues } from './broken-values.ts';
import { checkCalculation } from './check-calculation.ts';
import { readDefinition, readFieldId } from './check-definition.ts';
import { needsRecalculation } from './needs-recalculation.ts';
import { presentCustomField } from './present.ts';
import { customFieldTrail } from './trail.ts';

/** So that a record can hold a value of each. */
const mostFields = 500;

const taken = () => new OnfileError('errormessage.custom.field.exists', { reference: 'id' });

/** Throws 409 when the id is taken or there are too many fields, 400 for a calculation that cannot be beside the others. */
function checkBeside(others: readonly CustomFieldRow[], row: CustomFieldRow): void {
  if (others.some((other) => other.custom_field_id === row.custom_field_id)) throw taken();
  if (others.length >= mostFields) {
    throw new OnfileError('errormessage.custom.field.limit', { args: [integerArgument(others.length)] });
  }
  checkCalculation(others, row);
}

/**
 * Defines a custom field under the id that the caller gives it. Throws 400 naming a part that breaks a rule, 409 when
 * the id is taken or records hold values that are not as defined, unless they are accepted.
 */
export const createCustomField = operation(
  'CUSTOM_FIELD_WRITE',
  async (
    ctx: Context,
    { body, acceptBrokenValues = false }: { body: WrittenCustomField; acceptBrokenValues?: boolean | undefined },
  ): Promise<CustomField> => {
    refuseLimitedCaller(ctx, 'CUSTOM_FIELD_WRITE');
    const { tenantId } = ctx.tenant;
    const id = readFieldId(body);
    const definition = readDefinition(body, true);
    const at = ctx.now();
    const row: CustomFieldRow = { custom_field_id: id, definition, version: 1, created_at: at, modified_at: at };
    checkBeside(await listAllCustomFields(ctx.db, tenantId), row);
    if (!acceptBrokenValues) await refuseBrokenValues(ctx, { id, before: null, after: definition });
    const shown = presentCustomField(row);
    const trail = customFieldTrail(ctx, null, row);
    await ctx.db.transaction(tenantId, async (tx) => {
      // Again under the lock: of several that are made at once none saw the others.
      checkBeside(await lockAllCustomFields(tx), row);
      if (!(await insertCustomField(tx, row))) throw taken();
      if (needsRecalculation(null, definition)) await orderRecalculation(tx, ctx);
      await insertTrail(tx, trail);
      await keepAnswerIn(tx, ctx, shown);
    });
    ctx.forgetCustomFields(tenantId);
    return shown;
  },
);
