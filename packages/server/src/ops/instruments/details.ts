import type { PaymentChoice, PaymentInstrumentDetails } from '../../contract/payments.ts';
import type { KeptFacts } from './kept.ts';

/** An instrument that was entered or is on file, as far as people may see it. `expires` is YYYY-MM-DD. */
export type ShownInstrument = {
  choice: PaymentChoice;
  holder: string;
  lastFour: string;
  brand?: string | null;
  expires?: string | null;
  facts: KeptFacts;
};

/** PCI DSS 4.0.1, 3.4.1: of a card number no more than the last four digits. */
const maskedCard = ({ brand, holder, lastFour, expires }: ShownInstrument) => {
  const [year, month] = expires?.split('-') ?? [];
  return {
    ...(brand ? { brand } : {}),
    cardHolder: holder,
    cardNumber: `************${lastFour}`,
    ...(month && year ? { expiry: `${month}/${year}` } : {}),
  };
};

const maskedIban = ({ holder, lastFour, facts: { bankAccount } }: ShownInstrument) => {
  const iban = bankAccount && 'maskedIban' in bankAccount ? bankAccount : undefined;
  return {
    bankAccountDetails: {
      accountHolder: holder,
      iban: iban?.maskedIban ?? `****${lastFour}`,
      ...(iban?.bic ? { bic: iban.bic } : {}),
    },
  };
};

function maskedBacs({ holder, lastFour, facts: { bankAccount, mandate } }: ShownInstrument) {
  const account = bankAccount?.choice === 'BACS' ? bankAccount : undefined;
  return {
    accountHolder: holder,
    bankAccountNumber: `****${lastFour}`,
    ...(account ? { bankLocationId: account.sortCode, shopperEmail: account.email } : {}),
    ...(mandate ? { mandateId: mandate.reference } : {}),
  };
}

function maskedAch({ holder, lastFour, facts: { bankAccount } }: ShownInstrument) {
  const account = bankAccount?.choice === 'ACH' ? bankAccount : undefined;
  return {
    accountHolder: holder,
    accountNumber: `****${lastFour}`,
    ...(account ? { routingNumber: account.routingNumber, accountType: account.accountType } : {}),
  };
}

function idealIssuer({ facts: { bankAccount } }: ShownInstrument) {
  const issuer = bankAccount?.choice === 'IDEAL' ? bankAccount.issuer : undefined;
  return issuer ? { issuer } : {};
}

/** The one keyed object of the instrument's choice (reference: customer-api, UPC JavaScript interface). */
export function instrumentDetails(shown: ShownInstrument): PaymentInstrumentDetails {
  switch (shown.choice) {
    case 'CREDIT_CARD':
      return { creditCard: maskedCard(shown) };
    case 'BANCONTACT':
      return { banContactCard: maskedCard(shown) };
    case 'SEPA':
      return { sepa: maskedIban(shown) };
    case 'CH_DD':
      return { chDD: maskedIban(shown) };
    case 'LSV':
      return { lsvDD: maskedIban(shown) };
    case 'BACS':
      return { bacs: maskedBacs(shown) };
    case 'ACH':
      return { ach: maskedAch(shown) };
    case 'IDEAL':
      return { ideal: idealIssuer(shown) };
    case 'PAYPAL':
      return { paypal: {} };
    case 'TWINT':
      return { twint: {} };
    case 'CASH':
      return { cash: {} };
    case 'BANK_TRANSFER':
      return { bankTransfer: {} };
  }
}
