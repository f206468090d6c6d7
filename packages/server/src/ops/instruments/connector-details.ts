import { parseExpiry } from '@onfile/card/expiry';
import type { InstrumentDetails } from '../../connectors/connector.ts';
import type { Secret } from '../../crypto/secret.ts';
import type { OpenedRecord } from '../stored-payment-methods/content.ts';

/**
 * An instrument on file in a connector's words, with its number from the vault. Null for one that no other merchant
 * account can be given: an agreement, or an account without its mandate.
 */
export function detailsForConnector({ row, content }: OpenedRecord, number: Secret<string>): InstrumentDetails | null {
  const { bankAccount, mandate, network, name_on_account: holder } = content;
  if (row.type === 'credit card') {
    const expiry = row.expires === null ? undefined : parseExpiry(row.expires);
    if (!expiry || network === 'bancontact') return null;
    return { kind: 'card', number, holder, expiryMonth: expiry.month, expiryYear: expiry.year };
  }
  if (!bankAccount || !mandate) return null;
  const debited = { holder, mandateReference: mandate.reference };
  switch (bankAccount.choice) {
    case 'BACS':
      return { ...debited, kind: 'uk-account', sortCode: bankAccount.sortCode, accountNumber: number };
    case 'ACH': {
      const { routingNumber, accountType } = bankAccount;
      return { ...debited, kind: 'us-account', routingNumber, accountNumber: number, accountType };
    }
    case 'SEPA':
    case 'CH_DD':
    case 'LSV':
    case 'IDEAL':
      return { ...debited, kind: 'iban', iban: number, ...(bankAccount.bic ? { bic: bankAccount.bic } : {}) };
  }
}
