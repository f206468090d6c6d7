import { parseCreditorIdentifier } from '@onfile/card/creditor-identifier';
import type { MandateScheme } from '@onfile/card/mandate';

/**
 * Whether a tenant can collect direct debits of a scheme under this identifier, as written electronically. SEPA_CORE:
 * EPC262-08 with check digits. BACS: a service user number. ACH_WEB: a company id (Nacha, batch header). The Swiss
 * schemes publish no check: letters and digits, as many as their ISO 20022 files hold.
 */
export function isCreditorIdentifier(scheme: MandateScheme, identifier: string): boolean {
  switch (scheme) {
    case 'SEPA_CORE':
      return parseCreditorIdentifier(identifier).value?.electronic === identifier;
    case 'BACS':
      return /^\d{6}$/.test(identifier);
    case 'ACH_WEB':
      return /^[0-9A-Za-z]{1,10}$/.test(identifier);
    case 'CH_DD':
    case 'LSV':
      return /^[0-9A-Za-z]{1,35}$/.test(identifier);
  }
}
