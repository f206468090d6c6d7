import countries from 'i18n-iso-countries';
import { Failures } from '../../contract/failures.ts';
import type { PaymentSubmission } from '../../contract/gateway.ts';
import { notInForm } from '../../contract/text-forms.ts';
import { refuseCardNumbers } from '../card-number-scan.ts';
import type { RequestContent } from './content.ts';

type EnteredAddress = NonNullable<PaymentSubmission['billingAddress']>;

/** Throws 400 naming the fields when the address names no country that there is, or holds a card number. */
export function checkAddress(address: EnteredAddress): void {
  const failures = new Failures();
  failures.check(() => refuseCardNumbers(address, 'billingAddress'));
  if (address.country !== undefined && !countries.isValid(address.country)) {
    failures.add(notInForm('COUNTRY_CODE', 'billingAddress.country'));
  }
  failures.throwAny();
}

/** The address in the words of the record; undefined when nothing was entered, so that the record keeps its own. */
export function recordAddress({ postalCode, ...address }: EnteredAddress): RequestContent['billingAddress'] {
  const entered = { ...address, ...(postalCode === undefined ? {} : { postal_code: postalCode }) };
  return Object.keys(entered).length > 0 ? entered : undefined;
}
