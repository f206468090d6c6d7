import { type CardBrand, securityCodeLength } from '@onfile/card/brand';
import { expiryDate, isExpired } from '@onfile/card/expiry';
import { cardBrand, normalizeCardNumber } from '@onfile/card/number';
import type { CardDetails } from '../../connectors/connector.ts';
import { Failures } from '../../contract/failures.ts';
import type { CardEntry } from '../../contract/gateway.ts';
import { Secret } from '../../crypto/secret.ts';
import { dateArgument, OnfileError } from '../../errors.ts';
import { refuseCardNumbers } from '../card-number-scan.ts';

export type CheckedCard = CardDetails & { securityCode: Secret<string>; brand: CardBrand };

/**
 * A card as entered, if it can be one: a number of a known network with its check digit, an expiry that is not over
 * anywhere, a code of the network's length. Throws 400 naming the fields.
 */
export function checkCard(entry: CardEntry, now: Date): CheckedCard {
  const failures = new Failures();
  const checked = failures.check(() => checkNumber(entry));
  failures.check(() => refuseCardNumbers(entry.cardHolder, 'creditCard.cardHolder'));
  failures.check(() => checkExpiry(entry, now));
  // How long the code is depends on the network.
  if (checked && entry.securityCode.length !== securityCodeLength(checked.brand)) {
    failures.add(new OnfileError('errormessage.card.security.code.invalid', { reference: 'creditCard.securityCode' }));
  }
  const { number, brand } = failures.passed(checked);
  return {
    kind: 'card',
    number: new Secret(number),
    brand,
    holder: entry.cardHolder,
    expiryMonth: entry.expiryMonth,
    expiryYear: entry.expiryYear,
    securityCode: new Secret(entry.securityCode),
  };
}

function checkNumber({ cardNumber }: CardEntry): { number: string; brand: CardBrand } {
  const number = normalizeCardNumber(cardNumber);
  const brand = number === undefined ? undefined : cardBrand(number);
  if (number !== undefined && brand !== undefined) return { number, brand };
  throw new OnfileError('errormessage.card.number.invalid', { reference: 'creditCard.cardNumber' });
}

function checkExpiry({ expiryMonth: month, expiryYear: year }: CardEntry, now: Date): void {
  if (!isExpired({ month, year }, now)) return;
  throw new OnfileError('errormessage.card.expired', {
    args: [dateArgument(expiryDate({ month, year }))],
    reference: 'creditCard.expiryYear',
  });
}
