import type { Context } from '../../context.ts';
import type { CustomField } from '../../contract/custom-field.ts';
import { operation } from '../operation.ts';
import { changeCustomField } from './change.ts';

/**
 * Retires a field: it takes no new values and keeps those it has. One that is retired is answered as it is, whatever the
 * precondition: the state asked for is there (RFC 9110, 13.1.1). Throws 404, 412 or 428.
 */
export const retireCustomField = operation(
  'CUSTOM_FIELD_WRITE',
  async (ctx: Context, { id, ifMatch }: { id: string; ifMatch?: string | undefined }): Promise<CustomField> =>
    changeCustomField(ctx, id, {
      preconditions: { ifMatch },
      next: (current) => (current.is_active === false ? null : { ...current, is_active: false }),
      acceptBrokenValues: true,
    }),
);
