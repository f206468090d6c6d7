import { Type } from 'typebox';
import type { Services } from '../../context.ts';
import { AccountPaymentInstrument, PaymentInstrumentReplacement } from '../../contract/payments.ts';
import { int64 } from '../../contract/schema.ts';
import { PaymentData } from '../../contract/self-service.ts';
import { getPaymentData } from '../../ops/accounts/get-payment-data.ts';
import { getAccountPaymentInstrument } from '../../ops/accounts/get-payment-instrument.ts';
import { instrumentTag } from '../../ops/accounts/if-match.ts';
import { replaceAccountPaymentInstrument } from '../../ops/accounts/replace-payment-instrument.ts';
import type { App } from '../app-type.ts';
import { serveEndpoint } from '../endpoint.ts';

const customerPath = Type.Object({ customerId: int64() });

const present = (instrument: AccountPaymentInstrument) => ({
  headers: { etag: instrumentTag(instrument) },
  body: instrument,
});

/** What a customer's account bills: the main job of the Customer API. */
export function serveAccounts(app: App, services: Services): void {
  serveEndpoint(app, services, {
    method: 'POST',
    url: '/v1/customers/:customerId/account/payment-instrument',
    security: 'api-key',
    operation: replaceAccountPaymentInstrument,
    summary: 'Replace the payment instrument of a customer’s account',
    description:
      'Consumes the token that the component gave to the page. The stored payment method keeps its id and gets its ' +
      'next version; whoever loses a race may send the same token again.',
    tag: 'Customer API',
    params: customerPath,
    body: PaymentInstrumentReplacement,
    success: { schema: AccountPaymentInstrument },
    failures: [412],
    takesIfMatch: true,
    input: ({ params, body, ifMatch }) => ({
      customerId: params.customerId,
      paymentRequestToken: body.paymentRequestToken,
      ifMatch,
    }),
    present,
  });

  serveEndpoint(app, services, {
    method: 'GET',
    url: '/v1/customers/:customerId/account/payment-instrument',
    security: 'api-key',
    operation: getAccountPaymentInstrument,
    summary: 'Read the payment instrument of a customer’s account',
    tag: 'Customer API',
    params: customerPath,
    success: { schema: AccountPaymentInstrument },
    input: ({ params }) => ({ customerId: params.customerId }),
    present,
  });

  serveEndpoint(app, services, {
    method: 'GET',
    url: '/v1/customers/:customerId/self-service/payment-data',
    security: 'api-key',
    operation: getPaymentData,
    summary: 'Read the bank account that a customer pays from',
    description: 'The IBAN is masked, and no bank is named: Onfile keeps no directory of banks.',
    tag: 'Customer API',
    params: customerPath,
    success: { schema: PaymentData },
    input: ({ params }) => ({ customerId: params.customerId }),
    present: (body) => ({ body }),
  });
}
