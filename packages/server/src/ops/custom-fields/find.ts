import type { Context } from '../../context.ts';
import { OnfileError } from '../../errors.ts';
import { type CustomFieldRow, findCustomField as readCustomField } from '../../store/custom-fields.ts';

/** The row of a field, retired or not. Throws 404 when the tenant has none of that id. */
export async function findCustomField(ctx: Pick<Context, 'db' | 'tenant'>, id: string): Promise<CustomFieldRow> {
  const row = await readCustomField(ctx.db, ctx.tenant.tenantId, id);
  if (!row) throw new OnfileError('errormessage.custom.field.not.found');
  return row;
}
