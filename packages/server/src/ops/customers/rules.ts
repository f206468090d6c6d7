import countries from 'i18n-iso-countries';
import type { Person } from '../../contract/customer.ts';
import { Failures } from '../../contract/failures.ts';
import { notInForm } from '../../contract/text-forms.ts';
import { OnfileError } from '../../errors.ts';

/** Somewhere it is already tomorrow: no zone is further ahead of UTC than 14 hours. */
const furthestAheadMs = 14 * 3_600_000;

type Ruled = 'country' | 'dateOfBirth' | 'preferredLanguage';

/** Rules that the schema does not hold. Throws 400 with the name that the caller's dialect has for the field. */
export function checkPerson(person: Person, now: Date, names: Record<Ruled, string>): void {
  const failures = new Failures();
  const refuse = (field: Ruled) => {
    failures.add(new OnfileError('errormessage.validation.value', { reference: names[field] }));
  };
  const { country, dateOfBirth, preferredLanguage } = person;
  if (country !== undefined && !countries.isValid(country)) failures.add(notInForm('COUNTRY_CODE', names.country));
  if (dateOfBirth !== undefined && dateOfBirth > latestDate(now)) refuse('dateOfBirth');
  if (preferredLanguage !== undefined && !isLanguageTag(preferredLanguage)) refuse('preferredLanguage');
  failures.throwAny();
}

const latestDate = (now: Date): string => new Date(now.getTime() + furthestAheadMs).toISOString().slice(0, 10);

/** Well-formed by RFC 5646; an underscore for the hyphen is common and kept as it was sent. */
function isLanguageTag(text: string): boolean {
  try {
    return Intl.getCanonicalLocales(text.replaceAll('_', '-')).length === 1;
  } catch {
    return false;
  }
}
