import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { Connector } from '../src/connectors/connector.ts';
import { ConnectorError } from '../src/connectors/connector.ts';
import { assertRefused } from './harness/assert-refused.ts';
import {
  assertOk,
  authenticate,
  callGateway,
  cancel,
  changeConnector,
  numbersOf,
  readPayment,
  withNewCustomer,
} from './harness/gateway.ts';
import { decideRedirect, enter, entries, submitEntry, tenantWithEveryChoice } from './harness/instruments.ts';
import { bearer, beginRequest, replaceInstrument, startSession } from './harness/main-job.ts';
import { startTestServer, type TestServer, type TestTenant } from './harness/server.ts';

let server: TestServer;
let club: TestTenant;
/** What stands in front of the simulated gateway in one test. */
let gateway: Partial<Connector> = {};

before(async () => {
  server = await startTestServer();
  club = await tenantWithEveryChoice(server, 'club', { country: 'DE', currency: 'EUR' });
  changeConnector(server, () => gateway);
});

after(() => server.stop());

const debits = ['SEPA', 'CH_DD', 'LSV', 'BACS', 'ACH'] as const;

async function begin(tenant: TestTenant) {
  const session = await startSession(server, tenant);
  const token = await beginRequest(server, session);
  const submit = (body: object, headers: Record<string, string> = {}) =>
    callGateway(server, session, 'POST', `/payments/${token}`, { body, headers });
  return { session, token, submit };
}

/** Holds every check of a bank account at the gateway until `answer` is called. */
function holdGateway(): { asked: Promise<void>; answer: () => void } {
  const asked = Promise.withResolvers<void>();
  const answered = Promise.withResolvers<void>();
  gateway = {
    async checkBankAccount() {
      asked.resolve();
      await answered.promise;
      return { outcome: 'approved' };
    },
  };
  return {
    asked: asked.promise,
    answer: () => {
      answered.resolve();
      gateway = {};
    },
  };
}

describe('a payment request that a call is at work on', () => {
  it('tells a second submission so, and after that what became of it', async () => {
    const { session, token, submit } = await begin(club);
    const { asked, answer } = holdGateway();
    const first = submit(entries.SEPA);
    await asked;
    const second = await submit(entries.SEPA);
    assertRefused(second, 409, 'payment.request.busy');
    const key = { 'idempotency-key': 'while-another-is-at-work' };
    assertRefused(await submit(entries.SEPA, key), 409, 'payment.request.busy');
    assert.match(second.body.errorMessage, /^Another call is at work on this payment request\./);
    answer();
    assert.equal((await first).body.status, 'PREAUTHED');
    const third = await submit(entries.SEPA, key);
    assertRefused(third, 409, 'payment.request.state');
    assert.deepEqual(third.body.typedArgs, [{ type: 'ENUM', value: { value: 'PREAUTHED' } }]);
    assert.deepEqual((await readPayment(server, session, token)).body, (await first).body);
  });

  it('can be cancelled: the submission learns that, and nothing of it is kept', async () => {
    const ada = await withNewCustomer(server, club);
    const { session, token, submit } = await begin(ada);
    const { asked, answer } = holdGateway();
    const submitted = submit(entries.SEPA);
    await asked;
    assertOk(await cancel(server, session, token));
    answer();
    assertRefused(await submitted, 409, 'payment.request.state');
    assert.deepEqual((await submitted).body.typedArgs, [{ type: 'ENUM', value: { value: 'CANCELLED' } }]);
    assert.deepEqual(await numbersOf(server, ada.customerId), []);
  });
});

describe('one payment request', () => {
  it('takes one of several submissions at once, by any choice', async () => {
    for (const choice of debits) {
      const ada = await withNewCustomer(server, club);
      const { token, submit } = await begin(ada);
      const answers = await Promise.all([entries[choice], entries.CASH, entries[choice]].map((body) => submit(body)));
      assert.equal(answers.filter(({ status }) => status === 200).length, 1);
      for (const { status, body } of answers) {
        if (status !== 200) assert.match(`${status} ${body.errorCode}`, /^409 .*\.payment\.request\.(state|busy)$/);
      }
      assertOk(await replaceInstrument(server, ada, token));
      assert.ok((await numbersOf(server, ada.customerId)).length <= 1);
    }
  });

  it('answers the same submission again under its idempotency key, and no other', async () => {
    for (const choice of debits) {
      const { submit } = await begin(club);
      const headers = { 'idempotency-key': `submission-${choice}` };
      const first = await submit(entries[choice], headers);
      assert.deepEqual((await submit(entries[choice], headers)).body, first.body);
      assertRefused(await submit(entries.CASH, headers), 422, 'idempotency.key.reused', 'Idempotency-Key');
      assertRefused(await submit(entries[choice]), 409, 'payment.request.state');
    }
  });

  it('takes nothing by another session, of the same customer or of another tenant', async () => {
    const other = await tenantWithEveryChoice(server, 'other');
    const { token } = await begin(club);
    for (const session of [await startSession(server, club), await startSession(server, other)]) {
      const answer = await callGateway(server, session, 'POST', `/payments/${token}`, { body: entries.SEPA });
      assertRefused(answer, 404, 'payment.request.not.found');
    }
  });

  it('that was granted and then cancelled keeps no number', async () => {
    const ada = await withNewCustomer(server, club);
    const { session, token, answer } = await submitEntry(server, ada, entries.IDEAL);
    await decideRedirect(server, answer.body.action.url);
    assert.equal((await authenticate(server, session, token)).body.status, 'PREAUTHED');
    assertOk(await cancel(server, session, token));
    assert.deepEqual(await numbersOf(server, ada.customerId), []);
    const refused = await replaceInstrument(server, ada, token);
    assertRefused(refused, 409, 'payment.request.not.concluded', 'paymentRequestToken');
  });
});

describe('a gateway that fails', () => {
  const fail = () => Promise.reject(new ConnectorError('down'));

  it('makes a request of every choice that asks it FAILED, and no number is kept', async () => {
    gateway = { checkBankAccount: fail, startRedirect: fail, checkCard: fail };
    try {
      for (const choice of [...debits, 'PAYPAL', 'TWINT', 'IDEAL', 'BANCONTACT', 'CREDIT_CARD'] as const) {
        const ada = await withNewCustomer(server, club);
        const { answer } = await submitEntry(server, ada, entries[choice]);
        assert.deepEqual([answer.status, answer.body.status, answer.body.reason], [200, 'FAILED', 'failed'], choice);
        assert.deepEqual(await numbersOf(server, ada.customerId), []);
      }
    } finally {
      gateway = {};
    }
  });

  it('or is not there at all lets customers pay in cash and by bank transfer', async () => {
    const closed = await tenantWithEveryChoice(server, 'closed');
    const path = `/merchantAccounts/closed/${closed.merchantAccountId}`;
    assertOk(await server.call('DELETE', path, { headers: bearer(closed) }));
    assert.equal((await submitEntry(server, closed, entries.SEPA)).answer.body.status, 'FAILED');
    for (const choice of ['CASH', 'BANK_TRANSFER'] as const) {
      assertOk(await replaceInstrument(server, closed, await enter(server, closed, entries[choice])));
    }
  });
});

describe('a contact who is deactivated after the session began', () => {
  it('gets no payment method of any kind, until active again', async () => {
    const ada = await withNewCustomer(server, club);
    const tokens = [await enter(server, ada, entries.SEPA), await enter(server, ada, entries.CASH)];
    const path = `/contacts/club/${ada.contactId}`;
    const { body: contact } = await server.call('DELETE', path, { headers: bearer(ada) });
    for (const token of tokens) {
      assertRefused(await replaceInstrument(server, ada, token), 404, 'customer.not.found', 'customerId');
    }
    assertOk(await server.call('PUT', path, { headers: bearer(ada), body: { ...contact, is_active: true } }));
    for (const token of tokens) assertOk(await replaceInstrument(server, ada, token));
  });
});
