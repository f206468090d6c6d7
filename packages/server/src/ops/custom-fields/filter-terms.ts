import type { Context } from '../../context.ts';
import type { CustomFieldType } from '../../contract/custom-field.ts';
import { itemPath } from '../../contract/field-path.ts';
import { OnfileError } from '../../errors.ts';
import { notAllowed } from './check-scalar.ts';
import { termOf } from './terms.ts';

const none = Buffer.alloc(0);
const decimal = /^-?\d+(?:\.\d+)?(?:e[+-]?\d+)?$/i;

/** The value that a text means in a field of this type; undefined when it can be none. An item of a list is a text. */
function valueOf(type: CustomFieldType, text: string): string | number | boolean | undefined {
  if (type === 'numeric') return decimal.test(text) ? Number(text) : undefined;
  if (type === 'boolean') return text === 'true' || text === 'false' ? text === 'true' : undefined;
  return text;
}

/**
 * The keyed hashes of what records are to hold, each condition as `colour__c=red`; in an order of their own. A record may
 * hold that of any of the tenant's fingerprint keys, as long as a rotation goes on. Throws 400
 * naming a condition of a field that is not filterable, or of a value that the field cannot have.
 */
export async function filterTerms(
  ctx: Pick<Context, 'tenant' | 'keys' | 'customFieldsOf'>,
  conditions: readonly string[],
): Promise<Buffer[][]> {
  const rows = await ctx.customFieldsOf(ctx.tenant.tenantId);
  const filterable = new Map(
    rows.filter((row) => row.definition.is_filterable).map((row) => [row.custom_field_id, row.definition.type]),
  );
  const terms = conditions.map((condition, n) => {
    const reference = itemPath('custom_field', n);
    const end = condition.indexOf('=');
    const id = condition.slice(0, end);
    const type = filterable.get(id);
    if (!type) throw notAllowed([...filterable.keys()], reference);
    const value = valueOf(type, condition.slice(end + 1));
    if (value === undefined) throw new OnfileError('errormessage.validation.value', { reference });
    return ctx.keys.every('fingerprint').map((fingerprint) => termOf({ fingerprint }, id, value));
  });
  return terms.toSorted(([one = none], [another = none]) => one.compare(another));
}
