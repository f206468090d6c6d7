import { cardEntry, visa } from '../main-job.ts';
import { session } from './bodies.ts';
import type { Samples } from './sample.ts';

/** The Customer API, the gateway API and tokens. */
export const paymentSamples: Samples = {
  'POST /v1/customers/{customerId}/account/payment-instrument': [
    ({ customerId, paymentRequestToken }) => ({ path: { customerId }, body: { paymentRequestToken } }),
  ],
  'GET /v1/customers/{customerId}/account/payment-instrument': [({ customerId }) => ({ path: { customerId } })],
  'POST /v1/payments/user-session': [
    ({ customerId }) => ({ body: { ...session, customerId } }),
    ({ personUuid }) => ({ body: { ...session, finionPayCustomerId: personUuid } }),
  ],
  'POST /v1/customers/create': [
    () => ({ body: { firstName: 'Grace', lastName: 'Hopper' } }),
    ({ paymentRequestToken }) => ({ body: { firstName: 'Grace', lastName: 'Hopper', paymentRequestToken } }),
  ],
  'GET /v1/customers/{customerId}': [({ customerId }) => ({ path: { customerId } })],
  'GET /v1/customers/{customerId}/self-service/payment-data': [({ customerId }) => ({ path: { customerId } })],
  'GET /v1/customers': [() => ({ query: { sliceSize: '50' } })],
  'GET /upg/api/v1/session': [() => ({})],
  'POST /upg/api/v1/payment-requests': [() => ({ body: {} })],
  'POST /upg/api/v1/payments/{token}': [
    ({ paymentRequestToken: token }) => ({
      path: { token },
      body: { paymentMethod: 'CREDIT_CARD', creditCard: cardEntry(visa) },
    }),
    ({ paymentRequestToken: token, paymentInstrumentToken }) => ({
      path: { token },
      body: { paymentMethod: 'CREDIT_CARD', paymentInstrumentToken },
    }),
  ],
  'GET /upg/api/v1/payments/{token}': [({ paymentRequestToken: token }) => ({ path: { token } })],
  'DELETE /upg/api/v1/payments/{token}': [({ paymentRequestToken: token }) => ({ path: { token } })],
  'PUT /upg/api/v1/payments/{token}/authenticate': [
    ({ paymentRequestToken: token }) => ({ path: { token }, body: {} }),
  ],
  'GET /oauth/{tenantId}/jwks': [({ tenantId }) => ({ path: { tenantId } })],
  'POST /oauth/token': [
    ({ clientId }, { clientSecret }) => ({
      body: { grant_type: 'client_credentials', client_id: clientId, client_secret: clientSecret },
    }),
  ],
};
