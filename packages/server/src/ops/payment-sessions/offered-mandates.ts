import type { Context } from '../../context.ts';
import type { GatewaySession } from '../../contract/gateway.ts';
import type { PaymentChoice } from '../../contract/payments.ts';
import { directDebitChoices } from '../instruments/kept.ts';
import { schemeOf } from '../instruments/mandate.ts';
import { mandateText, mandateTextVersion } from '../instruments/mandate-texts.ts';

/** iDEAL too: what is kept of it is a SEPA mandate, and nobody agrees to a text that was not shown. */
const byMandate = [...directDebitChoices, 'IDEAL'] as const satisfies readonly PaymentChoice[];

/** What the customer agrees to by each permitted choice that debits a bank account, in the language of the request. */
export const offeredMandates = (
  { tenant, locale }: Pick<Context, 'tenant' | 'locale'>,
  permitted: readonly PaymentChoice[],
): GatewaySession['mandates'] =>
  byMandate
    .filter((choice) => permitted.includes(choice))
    .map((paymentChoice) => {
      const scheme = schemeOf(paymentChoice);
      const creditor = { creditorName: tenant.name, creditorIdentifier: tenant.creditorIdentifiers[scheme] };
      return { paymentChoice, scheme, textVersion: mandateTextVersion, text: mandateText(scheme, creditor, locale) };
    });
