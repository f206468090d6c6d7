import { brandOf, securityCodeLength } from '@onfile/card/brand';
import { isExpired, parseExpiry } from '@onfile/card/expiry';
import { cardBrand, normalizeCardNumber } from '@onfile/card/number';
import { type Checked, type Fault, missing, onlyFaults, type Values } from './checked.ts';

export const cardFields = ['cardNumber', 'expiry', 'securityCode', 'cardHolder'] as const;
export type CardField = (typeof cardFields)[number];

/** Digits of the security code of a card whose number begins like this; three while the network is not known. */
export const expectedCodeLength = (enteredNumber: string): 3 | 4 => {
  const brand = brandOf(normalizeCardNumber(enteredNumber) ?? '');
  return brand === undefined ? 3 : securityCodeLength(brand);
};

/** A card as the server takes it (its rules, by the same functions), or what is wrong with each field. */
export function checkCardEntry(values: Values<CardField>, now: Date): Checked<CardField> {
  const cardNumber = normalizeCardNumber(values.cardNumber) ?? '';
  const expiry = parseExpiry(values.expiry);
  const securityCode = normalizeCardNumber(values.securityCode) ?? '';
  const codeLength = expectedCodeLength(values.cardNumber);
  const faults = onlyFaults<CardField>({
    cardNumber:
      missing(values.cardNumber, 'upc.card.number.missing') ??
      (cardBrand(cardNumber) === undefined ? { key: 'upc.card.number.invalid' } : undefined),
    expiry: missing(values.expiry, 'upc.card.expiry.missing') ?? expiryFault(expiry, now),
    securityCode:
      missing(values.securityCode, 'upc.card.security.code.missing') ??
      (securityCode.length === codeLength
        ? undefined
        : { key: 'upc.card.security.code.invalid', values: { count: String(codeLength) } }),
    cardHolder: missing(values.cardHolder, 'upc.card.holder.missing'),
  });
  if (faults || !expiry) return { faults: faults ?? {} };
  return {
    entry: {
      instrument: {
        paymentMethod: 'CREDIT_CARD',
        creditCard: {
          cardNumber,
          cardHolder: values.cardHolder.trim(),
          expiryMonth: expiry.month,
          expiryYear: expiry.year,
          securityCode,
        },
      },
    },
  };
}

function expiryFault(expiry: ReturnType<typeof parseExpiry>, now: Date): Fault | undefined {
  if (!expiry) return { key: 'upc.card.expiry.invalid' };
  return isExpired(expiry, now) ? { key: 'upc.card.expiry.over' } : undefined;
}
