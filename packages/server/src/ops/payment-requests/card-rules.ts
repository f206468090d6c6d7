import { type CardBrand, securityCodeLength } from '@onfile/card/brand';
import { expiryDate, isExpired } from '@onfile/card/expiry';
import { cardBrand, normalizeCardNumber } from '@onfile/card/number';
import type { CardDetails } from '../../connectors/connector.ts';
import type { CardEntry } from '../../contract/gateway.ts';
import { Secret } from '../../crypto/secret.ts';
import { OnfileError } from '../../errors.ts';
import { refuseCardNumbers } from '../card-number-scan.ts';

export type CheckedCard = CardDetails & { securityCode: Secret<string>; brand: CardBrand };

/**
 * A card as entered, if it can be one: a number of a known network with its check digit, an expiry that is not over
 * anywhere, a code of the network's length. Throws 400 naming the field.
 */
export function checkCard(entry: CardEntry, now: Date): CheckedCard {
  const number = normalizeCardNumber(entry.cardNumber);
  const brand = number === undefined ? undefined : cardBrand(number);
  if (number === undefined || brand === undefined) {
    throw new OnfileError('errormessage.card.number.invalid', { reference: 'creditCard.cardNumber' });
  }
  refuseCardNumbers(entry.cardHolder, 'creditCard.cardHolder');
  const expiry = { month: entry.expiryMonth, year: entry.expiryYear };
  if (isExpired(expiry, now)) {
    throw new OnfileError('errormessage.card.expired', {
      args: [{ type: 'DATE', value: { value: expiryDate(expiry) } }],
      reference: 'creditCard.expiryYear',
    });
  }
  if (entry.securityCode.length !== securityCodeLength(brand)) {
    throw new OnfileError('errormessage.card.security.code.invalid', { reference: 'creditCard.securityCode' });
  }
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
