import type { Answer } from './http-caller.ts';
import type { TestServer, TestTenant } from './server.ts';

/** What the main job needs of a server and of a tenant, be it in this process or in another. */
export type Reachable = Pick<TestServer, 'call'>;
export type Payee = Omit<TestTenant, 'apiKeyId'>;

/** Published test numbers (docs/guides/test-cards.md). */
export const visa = '4242424242424242';
export const mastercard = '5555555555554444';
export const amex = '378282246310005';
export const declined = '4000000000000002';
export const challenged = '4000002760003184';

export const cardEntry = (cardNumber: string, overrides: object = {}): object => ({
  cardNumber,
  cardHolder: 'Ada Test',
  expiryMonth: 12,
  expiryYear: 2034,
  securityCode: cardNumber === amex ? '1234' : '123',
  ...overrides,
});

export const keyHeader = (tenant: Payee): Record<string, string> => ({ 'x-api-key': tenant.apiKey });
export const bearer = (tenant: Payee): Record<string, string> => ({
  authorization: `Bearer ${tenant.accessToken}`,
});
export const sessionHeader = (token: string): Record<string, string> => ({ 'x-user-payment-session-token': token });

/** A session for the tenant's customer, or as `overrides` say. Answers its token. */
export async function startSession(server: Reachable, tenant: Payee, overrides: object = {}): Promise<string> {
  const { body } = await server.call('POST', '/v1/payments/user-session', {
    headers: keyHeader(tenant),
    body: {
      amount: 0,
      scope: 'MEMBER_ACCOUNT',
      referenceText: 'Membership',
      customerId: tenant.customerId,
      ...overrides,
    },
  });
  return body.token;
}

/** Begins a payment request. Answers its token. */
export async function beginRequest(server: Reachable, session: string): Promise<string> {
  const { body } = await server.call('POST', '/upg/api/v1/payment-requests', { headers: sessionHeader(session) });
  return body.token;
}

export const submitCard = (
  server: Reachable,
  session: string,
  token: string,
  cardNumber: string,
  overrides: object = {},
): Promise<Answer> =>
  server.call('POST', `/upg/api/v1/payments/${token}`, {
    headers: sessionHeader(session),
    body: { paymentMethod: 'CREDIT_CARD', creditCard: cardEntry(cardNumber, overrides) },
  });

/** Everything up to `onSuccess`: answers the payment request token that a backend would post. */
export async function enterCard(
  server: Reachable,
  tenant: Payee,
  cardNumber: string = visa,
  overrides: object = {},
): Promise<string> {
  const session = await startSession(server, tenant, overrides);
  const token = await beginRequest(server, session);
  await submitCard(server, session, token, cardNumber);
  return token;
}

export const replaceInstrument = (
  server: Reachable,
  tenant: Payee,
  paymentRequestToken: unknown,
  options: { customerId?: number | string; headers?: Record<string, string> } = {},
): Promise<Answer> =>
  server.call('POST', `/v1/customers/${options.customerId ?? tenant.customerId}/account/payment-instrument`, {
    headers: { ...keyHeader(tenant), ...options.headers },
    body: { paymentRequestToken },
  });

/** The body that puts a card on file through the Records API. */
export const recordBody = (tenant: Payee, overrides: object = {}): Record<string, any> => ({
  contact_id: tenant.contactId,
  credit_card_type: 'visa',
  last_four_digits: '4242',
  merchant_account_tokens: [{ merchant_account_id: tenant.merchantAccountId, token: 'tok_first' }],
  name: 'Work card',
  name_on_account: 'Ada Test',
  type: 'credit card',
  expires: '2034-12-31',
  ...overrides,
});

export async function createRecord(server: Reachable, tenant: Payee, overrides: object = {}) {
  const { body } = await server.call('POST', `/storedPaymentMethods/${tenant.tenantId}`, {
    headers: bearer(tenant),
    body: recordBody(tenant, overrides),
  });
  return body;
}

export const putRecord = (
  server: Reachable,
  tenant: Payee,
  record: Record<string, any>,
  options: { id?: string; headers?: Record<string, string> } = {},
): Promise<Answer> =>
  server.call('PUT', `/storedPaymentMethods/${tenant.tenantId}/${options.id ?? record['id']}`, {
    headers: { ...bearer(tenant), ...options.headers },
    body: record,
  });

export const getRecord = (server: Reachable, tenant: Payee, id: string): Promise<Answer> =>
  server.call('GET', `/storedPaymentMethods/${tenant.tenantId}/${id}`, { headers: bearer(tenant) });
