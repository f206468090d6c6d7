import { StoredPaymentMethod } from '../../contract/stored-payment-method.ts';
import type { PickedRecord } from '../../contract/stored-payment-method-list.ts';
import { OnfileError, stringArgument } from '../../errors.ts';

/** A directive is never returned. */
const names: ReadonlySet<string> = new Set(
  Object.keys(StoredPaymentMethod.properties).filter((name) => name !== 'sys_directive'),
);

/** Reads `fields`: what it answers leaves of a record the fields that are named, and the id. Throws 400 for other names. */
export function readFields(text: string | undefined): (record: StoredPaymentMethod) => PickedRecord {
  if (text === undefined) return (record) => record;
  const wanted = new Set(text.split(',').map((name) => name.trim()));
  for (const name of wanted) {
    if (!names.has(name)) {
      const allowed = [...names].toSorted().join(', ');
      throw new OnfileError('errormessage.validation.allowed.values', {
        args: [stringArgument(allowed)],
        reference: 'fields',
      });
    }
  }
  return (record) => ({
    ...Object.fromEntries(Object.entries(record).filter(([name]) => wanted.has(name))),
    id: record.id,
  });
}
