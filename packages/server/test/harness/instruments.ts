import assert from 'node:assert/strict';
import { type PaymentChoice, paymentChoices } from '../../src/contract/payments.ts';
import type { TenantCreation } from '../../src/ops/tenants/rules.ts';
import { assertOk, authenticate, callGateway } from './gateway.ts';
import { beginRequest, cardEntry, replaceInstrument, startSession, visa } from './main-job.ts';
import type { Answer, TestServer, TestTenant } from './server.ts';

/** The body of a submission: the payment method and its one object. */
export type Submission = { paymentMethod: PaymentChoice } & Record<string, unknown>;

const shop = 'https://shop.example';

/** A page that redirects of the tenants below may end at. */
export const returnUrl = `${shop}/back?order=7`;

/** A tenant that permits every choice in both scopes, wherever it is, with a site that redirects may return to. */
export const tenantWithEveryChoice = (
  server: TestServer,
  tenantId: string,
  settings: Partial<TenantCreation> = {},
): Promise<TestTenant> =>
  server.tenant(tenantId, {
    permittedPaymentChoices: { MEMBER_ACCOUNT: [...paymentChoices], ECOM: [...paymentChoices] },
    allowedOrigins: [shop],
    ...settings,
  });

const debited = { accountHolder: 'Ada Test', mandateAccepted: true };
const ibanFields = { SEPA: 'sepa', CH_DD: 'chDD', LSV: 'lsvDD' } as const;

/** Published test accounts (docs/guides/test-bank-accounts.md). */
export const germanIban = 'DE89370400440532013000';
export const frenchIban = 'FR1420041010050500013M02606';
export const swissIban = 'CH9300762011623852957';
export const ukAccount = '200000 55779911';
export const usAccount = '110000000 000123456789';

/** An account by its IBAN, for one of the choices that take one. */
export const ibanEntry = (choice: keyof typeof ibanFields, iban: string, overrides: object = {}): Submission => ({
  paymentMethod: choice,
  [ibanFields[choice]]: { ...debited, iban, ...overrides },
});

/** A UK account as `<sort code> <account number>`. */
export function bacsEntry(account: string = ukAccount, overrides: object = {}): Submission {
  const [sortCode, accountNumber] = account.split(' ');
  return {
    paymentMethod: 'BACS',
    bacs: { ...debited, sortCode, accountNumber, email: 'ada@test.example', ...overrides },
  };
}

/** A US account as `<routing number> <account number>`. */
export function achEntry(account: string = usAccount, overrides: object = {}): Submission {
  const [routingNumber, accountNumber] = account.split(' ');
  return {
    paymentMethod: 'ACH',
    ach: { ...debited, routingNumber, accountNumber, accountType: 'checking', ...overrides },
  };
}

export const creditCardEntry = (cardNumber: string = visa, overrides: object = {}): Submission => ({
  paymentMethod: 'CREDIT_CARD',
  creditCard: cardEntry(cardNumber, overrides),
});

/** A submission that cannot end otherwise than well, of every choice. */
export const entries: Readonly<Record<PaymentChoice, Submission>> = {
  CASH: { paymentMethod: 'CASH', cash: {} },
  BANK_TRANSFER: { paymentMethod: 'BANK_TRANSFER', bankTransfer: {} },
  BACS: bacsEntry(),
  SEPA: ibanEntry('SEPA', germanIban),
  CH_DD: ibanEntry('CH_DD', swissIban),
  LSV: ibanEntry('LSV', swissIban),
  CREDIT_CARD: creditCardEntry(),
  TWINT: { paymentMethod: 'TWINT', twint: {} },
  PAYPAL: { paymentMethod: 'PAYPAL', paypal: {} },
  BANCONTACT: { paymentMethod: 'BANCONTACT', banContactCard: {} },
  IDEAL: { paymentMethod: 'IDEAL', ideal: {} },
  ACH: achEntry(),
};

/** Presses a button on the page that stands in for the other party of a redirect. */
export const decideRedirect = (
  server: TestServer,
  url: string,
  decision: { payer?: string; outcome?: 'approve' | 'cancel' } = {},
): Promise<Answer> =>
  server.call('POST', new URL(url).pathname, {
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams({ outcome: 'approve', payer: 'ada', ...decision }).toString(),
  });

export type Submitted = { session: string; token: string; answer: Answer };

/** A session with a payment request in it, to which this was submitted. */
export async function submitEntry(
  server: TestServer,
  tenant: TestTenant,
  submission: Submission,
  overrides: object = {},
): Promise<Submitted> {
  const session = await startSession(server, tenant, overrides);
  const token = await beginRequest(server, session);
  const answer = await callGateway(server, session, 'POST', `/payments/${token}`, { body: submission });
  return { session, token, answer };
}

/** Everything up to `onSuccess`, a redirect approved by `payer` included. Answers the payment request's token. */
export async function enter(
  server: TestServer,
  tenant: TestTenant,
  submission: Submission,
  options: { payer?: string; session?: object } = {},
): Promise<string> {
  const { session, token, answer } = await submitEntry(server, tenant, submission, options.session);
  assertOk(answer);
  if (answer.body.status !== 'CHALLENGED') {
    assert.equal(answer.body.status, 'PREAUTHED');
    return token;
  }
  const { payer } = options;
  await decideRedirect(server, answer.body.action.url, payer === undefined ? {} : { payer });
  const concluded = await authenticate(server, session, token);
  assert.equal(concluded.body.status, 'PREAUTHED', JSON.stringify(concluded.body));
  return token;
}

/** Enters an instrument and puts it on the account; answers what the account bills then. */
export async function bill(server: TestServer, tenant: TestTenant, submission: Submission, payer?: string) {
  const token = await enter(server, tenant, submission, payer === undefined ? {} : { payer });
  const answer = await replaceInstrument(server, tenant, token);
  assertOk(answer);
  return answer.body;
}
