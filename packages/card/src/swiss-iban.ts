import type { Iban } from './iban.ts';

/**
 * The parts of a Swiss or Liechtenstein IBAN (SIX, Swiss Payment Standards): the bank's identification (IID, the
 * clearing number, five digits) and the account with leading zeros. A `qr` one (QR-IBAN, IID 30000 to 31999) receives
 * QR bill payments only: no direct debit can be drawn on it.
 */
export type SwissAccount = { institution: string; account: string; qr: boolean };

/** Whether an IBAN is of Switzerland or Liechtenstein, which share a clearing and the schemes CH-DD and LSV+. */
export const isSwissIban = ({ country }: Pick<Iban, 'country'>): boolean => country === 'CH' || country === 'LI';

/** The parts of a Swiss or Liechtenstein IBAN; `undefined` for other countries' IBANs. */
export const swissAccount = (iban: Iban): SwissAccount | undefined => {
  if (!isSwissIban(iban)) return undefined;
  const institution = iban.bban.slice(0, 5);
  return { institution, account: iban.bban.slice(5), qr: /^3[01]/.test(institution) };
};
