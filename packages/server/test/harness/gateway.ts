import assert from 'node:assert/strict';
import type { Connector } from '../../src/connectors/connector.ts';
import { query } from './look-inside.ts';
import {
  beginRequest,
  cardEntry,
  keyHeader,
  replaceInstrument,
  sessionHeader,
  startSession,
  submitCard,
} from './main-job.ts';
import type { Answer, TestServer, TestTenant } from './server.ts';

const base = '/upg/api/v1';

/** A call of the gateway API as the component makes it; the path is what follows the version. */
export const callGateway = (
  server: TestServer,
  session: string,
  method: string,
  path: string,
  options: { body?: unknown; headers?: Record<string, string> } = {},
): Promise<Answer> =>
  server.call(method, `${base}${path}`, { ...options, headers: { ...sessionHeader(session), ...options.headers } });

export const readSession = (server: TestServer, session: string): Promise<Answer> =>
  callGateway(server, session, 'GET', '/session');

export const readPayment = (server: TestServer, session: string, token: string): Promise<Answer> =>
  callGateway(server, session, 'GET', `/payments/${token}`);

export const authenticate = (server: TestServer, session: string, token: string): Promise<Answer> =>
  callGateway(server, session, 'PUT', `/payments/${token}/authenticate`);

export const cancel = (server: TestServer, session: string, token: string): Promise<Answer> =>
  callGateway(server, session, 'DELETE', `/payments/${token}`);

/** Picks a stored instrument by its token. */
export const pick = (server: TestServer, session: string, token: string, instrument: string): Promise<Answer> =>
  callGateway(server, session, 'POST', `/payments/${token}`, {
    body: { paymentMethod: 'CREDIT_CARD', paymentInstrumentToken: instrument },
  });

/** Presses a button on the simulated bank's page. */
export const decideChallenge = (server: TestServer, url: string, outcome: 'complete' | 'fail'): Promise<Answer> =>
  server.call('POST', new URL(url).pathname, {
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: `outcome=${outcome}`,
  });

/** A session with a payment request in it that a card was submitted to. */
export async function submitInSession(
  server: TestServer,
  tenant: TestTenant,
  cardNumber: string,
  overrides: object = {},
): Promise<{ session: string; token: string; answer: Answer }> {
  const session = await startSession(server, tenant, overrides);
  const token = await beginRequest(server, session);
  return { session, token, answer: await submitCard(server, session, token, cardNumber) };
}

/** The same tenant with another customer of its own. */
export async function withNewCustomer(server: TestServer, tenant: TestTenant): Promise<TestTenant> {
  const { body } = await server.call('POST', '/v1/customers/create', {
    headers: keyHeader(tenant),
    body: { firstName: 'Grace', lastName: 'Test' },
  });
  return { ...tenant, customerId: body.id, contactId: body.contactId };
}

/** Enters a card and puts it on the account; answers what the account bills then. */
export async function useCard(
  server: TestServer,
  tenant: TestTenant,
  cardNumber: string,
  entry: object = {},
  billingAddress?: object,
) {
  const session = await startSession(server, tenant);
  const token = await beginRequest(server, session);
  await callGateway(server, session, 'POST', `/payments/${token}`, {
    body: { paymentMethod: 'CREDIT_CARD', creditCard: cardEntry(cardNumber, entry), billingAddress },
  });
  const answer = await replaceInstrument(server, tenant, token);
  assertOk(answer);
  return answer.body;
}

/** Picks, in a session of its own, the card on file that ends in these digits. Answers the payment request's token. */
export async function pickCard(server: TestServer, tenant: TestTenant, lastFour: string): Promise<string> {
  const session = await startSession(server, tenant);
  const { body } = await readSession(server, session);
  const offered: { paymentInstrumentToken: string; details: { creditCard: { cardNumber: string } } }[] =
    body.existingPaymentInstruments;
  const picked = offered.find(({ details }) => details.creditCard.cardNumber.endsWith(lastFour));
  const token = await beginRequest(server, session);
  assertOk(await pick(server, session, token, picked?.paymentInstrumentToken ?? ''));
  return token;
}

/** What the customer's account bills now. */
export const readInstrument = (server: TestServer, tenant: TestTenant): Promise<Answer> =>
  server.call('GET', `/v1/customers/${tenant.customerId}/account/payment-instrument`, { headers: keyHeader(tenant) });

/** Lets a test take the gateway's part: what `changed` answers stands in front of the simulated connector. */
export function changeConnector(server: TestServer, changed: (connector: Connector) => Partial<Connector>): void {
  const { services } = server;
  const before = services.connectorOf.bind(services);
  services.connectorOf = (tenant) => {
    const connector = before(tenant);
    return { ...connector, ...changed(connector) };
  };
}

/** The customer's encrypted numbers, the oldest first. */
export const numbersOf = (server: TestServer, customerId: number) =>
  query<{ record_id: string | null; destroy_after: Date | null }>(
    server,
    `SELECT v.record_id, v.destroy_after FROM vault_secrets v
     JOIN customers c ON c.tenant_id = v.tenant_id AND c.customer_uuid = v.customer_uuid
     WHERE c.customer_id = $1 ORDER BY v.created_at, v.secret_id`,
    [customerId],
  );

/** How many versions of each record there are, and the highest: equal where none is missing. */
export const versionsOf = (server: TestServer, customerId: number) =>
  query<{ id: string; versions: number; highest: number }>(
    server,
    `SELECT id, count(*)::int AS versions, max(sys_version) AS highest FROM stored_payment_method_versions
     WHERE customer_id = $1 GROUP BY id ORDER BY id`,
    [customerId],
  );

export function assertOk(answer: Answer): void {
  assert.equal(answer.status, 200, JSON.stringify(answer.body));
}
