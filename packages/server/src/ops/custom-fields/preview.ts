import type { Context } from '../../context.ts';
import type { CustomFieldPreview, WrittenCustomField } from '../../contract/custom-field.ts';
import { OnfileError } from '../../errors.ts';
import { listAllCustomFields } from '../../store/custom-fields.ts';
import { refuseLimitedCaller } from '../contact-limit.ts';
import { operation } from '../operation.ts';
import { findBrokenValues } from './broken-values.ts';
import { checkCalculation } from './check-calculation.ts';
import { readDefinition, readFieldId } from './check-definition.ts';

/**
 * What a definition would break, were it written: a new field's when the tenant has none of this id, else a change of
 * the one it has. It changes nothing. Throws 400 as the write would, and for a key of another preview.
 */
export const previewCustomField = operation(
  'CUSTOM_FIELD_WRITE',
  async (
    ctx: Context,
    { body, startKey }: { body: WrittenCustomField; startKey?: string | undefined },
  ): Promise<CustomFieldPreview> => {
    refuseLimitedCaller(ctx, 'CUSTOM_FIELD_WRITE');
    const id = readFieldId(body);
    const rows = await listAllCustomFields(ctx.db, ctx.tenant.tenantId);
    const before = rows.find((row) => row.custom_field_id === id)?.definition ?? null;
    if (before && body.type !== before.type) {
      throw new OnfileError('errormessage.validation.value', { reference: 'type' });
    }
    const after = readDefinition(body, before?.is_active !== false);
    const at = ctx.now();
    checkCalculation(rows, { custom_field_id: id, definition: after, version: 1, created_at: at, modified_at: at });
    return findBrokenValues(ctx, { id, before, after }, startKey);
  },
);
