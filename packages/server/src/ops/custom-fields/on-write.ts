import type { Context } from '../../context.ts';
import type { StoredPaymentMethod } from '../../contract/stored-payment-method.ts';
import type { SealedContent } from '../stored-payment-methods/content.ts';

/** What the tenant's definitions make of a record's content that is about to be written. */
export type WrittenCustomFields = {
  /** With the calculated values, and the errors of the calculations that failed. */
  content: SealedContent;
  /** The keyed hashes that the record is found by; undefined when no field is filterable. */
  terms?: readonly Buffer[] | undefined;
};

/**
 * Calculates the calculated fields of a record that is about to be written, and what it is to be found by.
 *
 * @param present shows the record as the contract does, with the given content
 */
export async function customFieldsOnWrite(
  _ctx: Context,
  content: SealedContent,
  _present: (content: SealedContent) => StoredPaymentMethod,
): Promise<WrittenCustomFields> {
  return { content };
}
