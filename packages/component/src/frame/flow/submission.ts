import type { Gateway } from '../gateway.ts';
import type { BillingAddress, Instrument, PaymentChoice, PaymentState, Submission } from '../gateway-answers.ts';
import { GatewayError } from '../gateway-error.ts';
import type { Problem } from './payment-steps.ts';

/** What the shop adds to each entry. */
export type SubmissionExtras = {
  returnUrl?: string | undefined;
  billingAddress: () => BillingAddress | undefined;
};

const extraNames = ['billingAddress', 'returnUrl'] as const;
type Extra = (typeof extraNames)[number];

/** The shop's part of a submission, when that is what was refused: the customer can neither see nor correct it. */
export const refusedExtra = ({ kind, reference }: GatewayError): Extra | undefined =>
  kind === 'refused' ? extraNames.find((extra) => reference?.split('.')[0] === extra) : undefined;

const redirects: ReadonlySet<PaymentChoice> = new Set(['BANCONTACT', 'IDEAL', 'PAYPAL', 'TWINT']);

/** Whether the customer leaves for another page and has to find back from there. */
const needsWayBack = (instrument: Instrument): boolean =>
  redirects.has(instrument.paymentMethod) && !('paymentInstrumentToken' in instrument);

/** An instrument as it is sent. One that is on file has its address already. */
function submissionOf(
  instrument: Instrument,
  { returnUrl, billingAddress }: SubmissionExtras,
  leftOut: ReadonlySet<Extra>,
): Submission {
  const hasAddress = !('paymentInstrumentToken' in instrument) && !leftOut.has('billingAddress');
  const address = hasAddress ? billingAddress() : undefined;
  const hasWayBack = needsWayBack(instrument) || !leftOut.has('returnUrl');
  return {
    ...instrument,
    ...(address ? { billingAddress: address } : {}),
    ...(returnUrl !== undefined && hasWayBack ? { returnUrl } : {}),
  };
}

/** Submits an instrument. The same key makes it the same request, whatever is left out by then. Throws `GatewayError`. */
export type Submit = (token: string, instrument: Instrument, key: string) => Promise<PaymentState>;

/**
 * Submits with what the shop adds, and without it from when the server refuses that: the shop is told, and the customer
 * can pay. Only a redirect that has no way back stays refused.
 */
export function createSubmit(
  gateway: Pick<Gateway, 'submitPayment'>,
  report: (problem: Problem) => void,
  extras: SubmissionExtras,
): Submit {
  const leftOut = new Set<Extra>();
  return async function submit(token, instrument, key) {
    try {
      // Another body is another request.
      const ownKey = [key, ...leftOut].join('.');
      return await gateway.submitPayment(token, submissionOf(instrument, extras, leftOut), ownKey);
    } catch (error) {
      const extra = error instanceof GatewayError ? refusedExtra(error) : undefined;
      if (!(error instanceof GatewayError) || extra === undefined) throw error;
      report({ code: 'upc.error.configuration', notice: { text: `${error.reference}: ${error.text}` }, fatal: false });
      if (leftOut.has(extra) || (extra === 'returnUrl' && needsWayBack(instrument))) throw error;
      leftOut.add(extra);
      return submit(token, instrument, key);
    }
  };
}
