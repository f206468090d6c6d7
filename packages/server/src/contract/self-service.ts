import { type Static, Type } from 'typebox';

/** What customers see of the bank account that they pay from. Empty when the account bills none. */
export const PaymentData = Type.Object({
  accountHolder: Type.Optional(Type.String()),
  iban: Type.Optional(
    Type.String({ description: 'Country, check digits and the last four characters; the rest masked' }),
  ),
  bic: Type.Optional(Type.String({ description: 'As far as it was entered' })),
});
export type PaymentData = Static<typeof PaymentData>;
