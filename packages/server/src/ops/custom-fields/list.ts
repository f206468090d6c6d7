import type { Context } from '../../context.ts';
import type { CustomField } from '../../contract/custom-field.ts';
import type { Page, PageQuery } from '../../contract/records-dialect.ts';
import { listCustomFields as readCustomFields } from '../../store/custom-fields.ts';
import { refuseLimitedCaller } from '../contact-limit.ts';
import { operation } from '../operation.ts';
import { readPage } from '../page.ts';
import { presentCustomField } from './present.ts';

/** The tenant's custom fields, the retired ones too, in the order of their ids. */
export const listCustomFields = operation(
  'CUSTOM_FIELD_READ',
  async (ctx: Context, query: PageQuery): Promise<Page<CustomField>> => {
    refuseLimitedCaller(ctx, 'CUSTOM_FIELD_READ');
    return readPage(query, {
      read: (after, limit) => readCustomFields(ctx.db, ctx.tenant.tenantId, after, limit),
      keyOf: (row) => row.custom_field_id,
      present: presentCustomField,
    });
  },
);
