import type { BankAccountDetails } from '../../connectors/connector.ts';
import type { Secret } from '../../crypto/secret.ts';
import type { KeptBankAccount, Mandate } from './kept.ts';

/** A bank account in a connector's words, with its number in clear and the mandate that it is debited by. */
export function bankAccountDetails(
  { holder, kept, number }: { holder: string; kept: KeptBankAccount; number: Secret<string> },
  mandate: Pick<Mandate, 'reference'>,
): BankAccountDetails {
  const debited = { holder, mandateReference: mandate.reference };
  switch (kept.choice) {
    case 'BACS':
      return { ...debited, kind: 'uk-account', sortCode: kept.sortCode, accountNumber: number };
    case 'ACH': {
      const { routingNumber, accountType } = kept;
      return { ...debited, kind: 'us-account', routingNumber, accountNumber: number, accountType };
    }
    case 'SEPA':
    case 'CH_DD':
    case 'LSV':
    case 'IDEAL':
      return { ...debited, kind: 'iban', iban: number, ...(kept.bic ? { bic: kept.bic } : {}) };
  }
}
