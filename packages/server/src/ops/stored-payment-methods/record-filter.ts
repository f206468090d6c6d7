import type { Context } from '../../context.ts';
import { parseInstant } from '../../contract/instant.ts';
import type { RecordFilter } from '../../contract/stored-payment-method-list.ts';
import type { RecordSelection } from '../../store/record-list.ts';
import { filterTerms } from '../custom-fields/filter-terms.ts';
import { expiryRange } from '../instruments/validity.ts';

/**
 * A filter as the store knows it: instants are read, a validity is the days of expiry that it means at `now`, and custom
 * fields' values are keyed hashes. Throws 400 for a custom field that is not filterable.
 */
export async function storedFilter(
  ctx: Pick<Context, 'tenant' | 'keys' | 'customFieldsOf'>,
  { changed_since, validity, custom_field, ...rest }: RecordFilter,
  now: Date,
): Promise<RecordSelection['filter']> {
  return {
    ...rest,
    changed_since: changed_since === undefined ? undefined : parseInstant(changed_since),
    expires: validity && expiryRange(validity, now),
    terms: custom_field && (await filterTerms(ctx, custom_field)),
  };
}
