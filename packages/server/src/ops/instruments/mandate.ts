import { type MandateScheme, mandateLapseDate } from '@onfile/card/mandate';
import type { Context } from '../../context.ts';
import type { MandateSummary } from '../../contract/payments.ts';
import { randomText } from '../../crypto/random-token.ts';
import type { DirectDebitChoice, Mandate } from './kept.ts';
import { mandateTextLocale, mandateTextVersion } from './mandate-texts.ts';

const schemes: Readonly<Record<DirectDebitChoice | 'IDEAL', MandateScheme>> = {
  SEPA: 'SEPA_CORE',
  CH_DD: 'CH_DD',
  LSV: 'LSV',
  BACS: 'BACS',
  ACH: 'ACH_WEB',
  IDEAL: 'SEPA_CORE',
};

/** The scheme by which a choice debits a bank account. */
export const schemeOf = (choice: DirectDebitChoice | 'IDEAL'): MandateScheme => schemes[choice];

/** An ACH entry has room for 15 characters; Bacs wants all references of one length. */
const referenceLengths: Readonly<Record<MandateScheme, number>> = {
  ACH_WEB: 15,
  BACS: 18,
  CH_DD: 24,
  LSV: 24,
  SEPA_CORE: 24,
};

/** A reference that no other mandate has: at least 70 random bits, in the characters that every scheme takes. */
const newReference = (scheme: MandateScheme): string => `M${randomText(referenceLengths[scheme] - 1).toUpperCase()}`;

type Given = Pick<Context, 'locale' | 'now'> & { tenant: Pick<Context['tenant'], 'name' | 'creditorIdentifiers'> };

/** The mandate that a customer gives now, by the text that is shown today, in the language of the request. */
export function newMandate(ctx: Given, choice: DirectDebitChoice | 'IDEAL', signature?: string): Mandate {
  const scheme = schemeOf(choice);
  const creditorIdentifier = ctx.tenant.creditorIdentifiers[scheme];
  return {
    reference: newReference(scheme),
    scheme,
    creditorName: ctx.tenant.name,
    ...(creditorIdentifier ? { creditorIdentifier } : {}),
    textVersion: mandateTextVersion,
    textLocale: mandateTextLocale(scheme, ctx.locale),
    ...(signature ? { signature } : {}),
    signedAt: ctx.now().toISOString(),
  };
}

/** A mandate as callers may see it. Nothing is collected here, so that it lapses by its signature's date. */
export function summarizeMandate(mandate: Mandate): MandateSummary {
  const { reference, scheme, creditorIdentifier, textVersion, signedAt } = mandate;
  const lapsesOn = mandateLapseDate(scheme, new Date(signedAt));
  return {
    reference,
    scheme,
    ...(creditorIdentifier ? { creditorIdentifier } : {}),
    textVersion,
    signed: mandate.signature !== undefined,
    signedAt,
    ...(lapsesOn ? { lapsesOn } : {}),
  };
}
