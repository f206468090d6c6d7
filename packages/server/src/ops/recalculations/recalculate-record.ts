import { isDeepStrictEqual } from 'node:util';
import type { Context } from '../../context.ts';
import type { RecordChange } from '../../store/record-change.ts';
import type { FoundRecord } from '../../store/records.ts';
import { calculatedContent } from '../custom-fields/on-write.ts';
import { termsOf } from '../custom-fields/terms.ts';
import { recordChange } from '../stored-payment-methods/change.ts';
import { openRecord, presentRecord, type SealedContent } from '../stored-payment-methods/content.ts';
import { unchangedRecord } from '../stored-payment-methods/unchanged.ts';

/** What a record is by the definitions of now. */
export type RecalculatedRecord = {
  id: string;
  version: number;
  hasFailed: boolean;
  /** Its next version; null when its values and errors are right. */
  change: RecordChange | null;
  /** What it is to be found by, when that alone differs; null otherwise. */
  terms: readonly Buffer[] | null;
};

/** @param found the keyed hashes that the record is found by now */
export async function recalculateRecord(
  ctx: Context,
  row: FoundRecord,
  found: readonly Buffer[],
): Promise<RecalculatedRecord> {
  const { tenantId } = ctx.tenant;
  const definitions = await ctx.customFieldsOf(tenantId);
  const current = openRecord(ctx, row);
  const content = calculatedContent(definitions, current.content, (given) =>
    presentRecord(row, row.contact_id, given, current),
  );
  const known = { id: row.id, version: row.sys_version, hasFailed: content.calculationErrors !== undefined };
  const terms = termsOf(definitions, ctx.keys, content.custom_field_values);
  if (!isDeepStrictEqual(calculated(content), calculated(current.content))) {
    const { change } = await recordChange(ctx, {
      current,
      id: row.id,
      next: unchangedRecord(current),
      action: 'stored_payment_method.recalculated',
      event: true,
    });
    return { ...known, change: { ...change, terms }, terms: null };
  }
  return { ...known, change: null, terms: isDeepStrictEqual(inHex(terms), inHex(found)) ? null : terms };
}

/** The order of values means nothing. */
const calculated = ({ custom_field_values: values = [], calculationErrors = [] }: SealedContent) => ({
  values: values.toSorted((one, other) => compare(one.custom_field_id ?? '', other.custom_field_id ?? '')),
  errors: calculationErrors.toSorted((one, other) => compare(one.field, other.field)),
});

const compare = (one: string, other: string): number => (one < other ? -1 : one > other ? 1 : 0);

const inHex = (terms: readonly Buffer[]): string[] => terms.map((term) => term.toString('hex')).toSorted();
