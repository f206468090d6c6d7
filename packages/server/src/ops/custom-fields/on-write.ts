import type { Context } from '../../context.ts';
import type { StoredPaymentMethod } from '../../contract/stored-payment-method.ts';
import type { CustomFieldRow } from '../../store/custom-fields.ts';
import type { SealedContent } from '../stored-payment-methods/content.ts';
import { calculateFields } from './calculate.ts';
import { compiledFields } from './compiled.ts';
import { termsOf } from './terms.ts';

/** What the tenant's definitions make of a record's content that is about to be written. */
export type WrittenCustomFields = {
  /** With the calculated values, and the errors of the calculations that failed. */
  content: SealedContent;
  /** The keyed hashes that the record is found by; undefined when no field is filterable. */
  terms?: readonly Buffer[] | undefined;
};

/**
 * Calculates the calculated fields of a record that is about to be written, and what it is to be found by. Costs a
 * tenant without custom fields one look-up.
 *
 * @param present shows the record as the contract does, with the given content
 */
export async function customFieldsOnWrite(
  ctx: Context,
  content: SealedContent,
  present: (content: SealedContent) => StoredPaymentMethod,
): Promise<WrittenCustomFields> {
  const definitions = await ctx.customFieldsOf(ctx.tenant.tenantId);
  if (definitions.length === 0) return { content };
  const calculated = calculatedContent(definitions, content, present);
  if (!compiledFields(definitions).isAnyFilterable) return { content: calculated };
  return { content: calculated, terms: termsOf(definitions, ctx.keys, calculated.custom_field_values) };
}

/** The content with its calculated fields as they are by these definitions. */
export function calculatedContent(
  definitions: readonly CustomFieldRow[],
  content: SealedContent,
  present: (content: SealedContent) => StoredPaymentMethod,
): SealedContent {
  const compiled = compiledFields(definitions);
  if (compiled.calculated.size === 0) return content;
  const { calculationErrors: _earlier, ...rest } = content;
  const { values, errors } = calculateFields(definitions, compiled, present(content));
  const isEmpty = values.length === 0 && content.custom_field_values === undefined;
  return {
    ...rest,
    ...(isEmpty ? {} : { custom_field_values: values }),
    ...(errors.length > 0 ? { calculationErrors: errors } : {}),
  };
}
