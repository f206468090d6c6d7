import type { Context } from '../../context.ts';
import type { CustomField, WrittenCustomField } from '../../contract/custom-field.ts';
import { OnfileError } from '../../errors.ts';
import { operation } from '../operation.ts';
import { changeCustomField } from './change.ts';
import { readDefinition } from './check-definition.ts';

type Input = {
  id: string;
  body: WrittenCustomField;
  ifMatch?: string | undefined;
  acceptBrokenValues?: boolean | undefined;
};

/**
 * Replaces a field's definition: an optional part that is left out is cleared, but a retired field stays retired. The
 * type cannot change. Throws 404 for an unknown id, 400 for rules, 409, 412 or 428 for an outdated basis, 409 naming how
 * many records hold values that the new rules refuse.
 */
export const updateCustomField = operation(
  'CUSTOM_FIELD_WRITE',
  async (ctx: Context, { id, body, ifMatch, acceptBrokenValues = false }: Input): Promise<CustomField> => {
    if (body.id !== undefined && body.id !== id) {
      throw new OnfileError('errormessage.validation.id.mismatch', { reference: 'id' });
    }
    return changeCustomField(ctx, id, {
      preconditions: { ifMatch, sysVersion: body.sys_version, sysLastModifiedAt: body.sys_last_modified_at },
      next: (current) => {
        if (body.type !== current.type) throw new OnfileError('errormessage.validation.value', { reference: 'type' });
        return readDefinition(body, current.is_active !== false);
      },
      acceptBrokenValues,
    });
  },
);
