import type { BillingAddress, Instrument, Submission } from '../gateway-answers.ts';

/** What the shop adds to each entry. */
export type SubmissionExtras = {
  returnUrl?: string | undefined;
  billingAddress: () => BillingAddress | undefined;
};

/** An instrument as it is sent. One that is on file has its address already. */
export function submissionOf(instrument: Instrument, { returnUrl, billingAddress }: SubmissionExtras): Submission {
  const address = 'paymentInstrumentToken' in instrument ? undefined : billingAddress();
  return {
    ...instrument,
    ...(address ? { billingAddress: address } : {}),
    ...(returnUrl === undefined ? {} : { returnUrl }),
  };
}
