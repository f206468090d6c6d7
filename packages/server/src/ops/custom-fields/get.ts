import type { Context } from '../../context.ts';
import type { CustomField } from '../../contract/custom-field.ts';
import { refuseLimitedCaller } from '../contact-limit.ts';
import { operation } from '../operation.ts';
import { findCustomField } from './find.ts';
import { presentCustomField } from './present.ts';

/** One custom field, retired or not. Throws 404 when the tenant has none of that id. */
export const getCustomField = operation(
  'CUSTOM_FIELD_READ',
  async (ctx: Context, { id }: { id: string }): Promise<CustomField> => {
    refuseLimitedCaller(ctx, 'CUSTOM_FIELD_READ');
    return presentCustomField(await findCustomField(ctx, id));
  },
);
