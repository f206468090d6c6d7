import type { MandateScheme } from '@onfile/card/mandate';
import { formatMandate } from '../../locales/catalog.ts';

/** Of the texts below in every language: a mandate keeps it, so a text that changes gets a new one. */
export const mandateTextVersion = '2026-11';

/** Who debits, as the texts name them; without an identifier they leave it out. */
export type Creditor = { creditorName: string; creditorIdentifier?: string | undefined };

const inLocale = (scheme: MandateScheme, { creditorName, creditorIdentifier }: Creditor, locale: string) =>
  formatMandate(
    scheme,
    { creditorName, identified: creditorIdentifier ? 'yes' : 'no', creditorIdentifier: creditorIdentifier ?? '' },
    locale,
  );

/**
 * What a customer agrees to when a bank account is to be debited by a scheme, in the locale's language or else English.
 * In our words with what each scheme asks for: SEPA Core rulebook, DS-01; SIX, LSV+ and CH-DD debit authorisations;
 * Bacs, Direct Debit Guarantee; Nacha, authorisation of WEB debits.
 */
export const mandateText = (scheme: MandateScheme, creditor: Creditor, locale: string): string =>
  inLocale(scheme, creditor, locale).text;

/** The locale that `mandateText` answers in: `en` where the wanted language has no texts. */
export const mandateTextLocale = (scheme: MandateScheme, locale: string): string =>
  inLocale(scheme, { creditorName: '' }, locale).locale;
