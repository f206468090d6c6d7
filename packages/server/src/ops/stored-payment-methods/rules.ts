import { expiryDate, parseExpiry } from '@onfile/card/expiry';
import countries from 'i18n-iso-countries';
import { Failures } from '../../contract/failures.ts';
import type { StoredPaymentMethod } from '../../contract/stored-payment-method.ts';
import { notInForm } from '../../contract/text-forms.ts';
import { OnfileError } from '../../errors.ts';
import { refuseCardNumbers } from '../card-number-scan.ts';
import { kindOf } from '../custom-fields/check-value.ts';
import { isTimeZone } from '../time-zone.ts';
import type { Directive } from './directives.ts';

/** What a caller says of a record, in either of create and replace. */
export type WrittenFields = Omit<
  StoredPaymentMethod,
  'id' | 'sys_created_at' | 'sys_created_by_id' | 'sys_last_modified_at' | 'sys_last_modified_by_id'
>;

const duplicate = (reference: string) => new OnfileError('errormessage.validation.duplicate', { reference });

const contextOfOurs = ['sys_last_security_context.trace_id', 'sys_last_security_context.address'];

/**
 * What may look like a card number: a gateway's token, and in an answer that is sent back the trace id and an IPv6
 * address of digits alone. One in a hundred of the first, one in seven of the last passes for a number; the server keeps
 * its own whatever is sent.
 */
const mayLookLikeCard = (path: string): boolean =>
  /^merchant_account_tokens\[\d+\]\.token$/.test(path) || contextOfOurs.includes(path);

/** Rules that need nothing but the fields themselves. Throws 400 naming the fields that break one. */
export function checkFields(fields: WrittenFields): void {
  const failures = new Failures();
  failures.check(() => refuseCardNumbers(fields, '', mayLookLikeCard));
  checkAddress(fields.billing_address, failures);
  checkValueKinds(fields.custom_field_values, failures);
  const { expires } = fields;
  if (expires !== undefined) failures.check(() => canonicalExpiry(expires));
  const accounts = new Set<string>();
  for (const [n, { merchant_account_id: account }] of fields.merchant_account_tokens.entries()) {
    if (accounts.has(account)) failures.add(duplicate(`merchant_account_tokens[${n}].merchant_account_id`));
    accounts.add(account);
  }
  failures.throwAny();
}

/** The last day of the month of expiry, YYYY-MM-DD. An expired one is welcome: migrations bring them. */
export function canonicalExpiry(text: string): string {
  const expiry = parseExpiry(text);
  if (!expiry) throw notInForm('EXPIRY', 'expires');
  return expiryDate(expiry);
}

function checkAddress(address: WrittenFields['billing_address'], failures: Failures): void {
  if (address?.country !== undefined && !countries.isValid(address.country)) {
    failures.add(notInForm('COUNTRY_CODE', 'billing_address.country'));
  }
  if (address?.time_zone_id !== undefined && !isTimeZone(address.time_zone_id)) {
    failures.add(notInForm('TIME_ZONE', 'billing_address.time_zone_id'));
  }
}

const valueKinds = Object.values(kindOf);

/** Each value names its field, once, and holds exactly one of the six kinds (reference: records-api). */
function checkValueKinds(values: WrittenFields['custom_field_values'], failures: Failures): void {
  const seen = new Set<string>();
  for (const [n, value] of (values ?? []).entries()) {
    const path = `custom_field_values[${n}]`;
    const id = value.custom_field_id;
    if (id === undefined) {
      failures.add(new OnfileError('errormessage.validation.required', { reference: `${path}.custom_field_id` }));
    } else if (seen.has(id)) failures.add(duplicate(`${path}.custom_field_id`));
    else seen.add(id);
    if (valueKinds.filter((kind) => value[kind] !== undefined).length !== 1) {
      failures.add(new OnfileError('errormessage.validation.exclusive', { reference: path }));
    }
  }
}

type Tokens = StoredPaymentMethod['merchant_account_tokens'];
type NumberFields = Pick<StoredPaymentMethod, 'type' | 'credit_card_type' | 'last_four_digits'>;

export const numberFields = ['type', 'credit_card_type', 'last_four_digits'] as const;

/**
 * Number and metadata change together: what derives from the number may change only when every token does.
 * Answers whether the number changed. A token is dropped only on purpose.
 */
export function checkTokens(
  current: NumberFields & { merchant_account_tokens: Tokens },
  next: NumberFields & { merchant_account_tokens: Tokens },
  directives: ReadonlySet<Directive>,
): { numberChanged: boolean } {
  const nextTokens = new Map(next.merchant_account_tokens.map((token) => [token.merchant_account_id, token.token]));
  const removed = current.merchant_account_tokens.some((token) => !nextTokens.has(token.merchant_account_id));
  if (removed && !directives.has('allow-token-removal')) {
    throw new OnfileError('errormessage.record.token.removal', { reference: 'merchant_account_tokens' });
  }
  const changed = numberFields.find((field) => current[field] !== next[field]);
  const everyTokenChanged = current.merchant_account_tokens.every(
    (token) => nextTokens.get(token.merchant_account_id) !== token.token,
  );
  if (changed && !everyTokenChanged) {
    throw new OnfileError('errormessage.record.number.fields.fixed', { reference: changed });
  }
  return { numberChanged: changed !== undefined };
}
