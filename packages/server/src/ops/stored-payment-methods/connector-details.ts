import { parseExpiry } from '@onfile/card/expiry';
import type { InstrumentDetails } from '../../connectors/connector.ts';
import type { Secret } from '../../crypto/secret.ts';
import { bankAccountDetails } from '../instruments/bank-account-details.ts';
import type { OpenedRecord } from './content.ts';

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
  return bankAccount && mandate ? bankAccountDetails({ holder, kept: bankAccount, number }, mandate) : null;
}
