import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { assertRefused } from './harness/assert-refused.ts';
import { assertOk, callGateway, cancel, readInstrument, withNewCustomer } from './harness/gateway.ts';
import { addMerchantAccount, pendingTasks, watchGateway, workOnce } from './harness/gateway-tokens.ts';
import { query } from './harness/look-inside.ts';
import {
  beginRequest,
  declined,
  enterCard,
  getRecord,
  keyHeader,
  replaceInstrument,
  startSession,
  submitCard,
  visa,
} from './harness/main-job.ts';
import { lockRows } from './harness/row-lock.ts';
import { type Answer, startTestServer, type TestServer, type TestTenant } from './harness/server.ts';

let server: TestServer;
let acme: TestTenant;

before(async () => {
  server = await startTestServer();
  acme = await server.tenant('acme');
});

after(() => server.stop());

const reference = 'paymentRequestToken';
/** Of a session that names no customer. */
const nobody = { customerId: undefined };

const create = (paymentRequestToken: unknown, headers: Record<string, string> = {}, tenant = acme): Promise<Answer> =>
  server.call('POST', '/v1/customers/create', {
    headers: { ...keyHeader(tenant), ...headers },
    body: { firstName: 'Grace', lastName: 'Hopper', paymentRequestToken },
  });

const owner = (answer: Answer): TestTenant => {
  assertOk(answer);
  return { ...acme, customerId: answer.body.id, contactId: answer.body.contactId };
};

const count = async (table: 'customers' | 'stored_payment_methods' | 'events' | 'audit_entries'): Promise<number> => {
  const [row] = await query<{ count: number }>(server, `SELECT count(*)::int AS count FROM ${table}`);
  return row?.count ?? 0;
};
const everything = () =>
  Promise.all([count('customers'), count('stored_payment_methods'), count('events'), count('audit_entries')]);

describe('a customer created with a payment request token', () => {
  it('is the person of the session, and the account bills what was entered', async () => {
    const { body: session } = await server.call('POST', '/v1/payments/user-session', {
      headers: keyHeader(acme),
      body: { amount: 0, scope: 'MEMBER_ACCOUNT', referenceText: 'Membership' },
    });
    const token = await beginRequest(server, session.token);
    await submitCard(server, session.token, token, visa);
    const answer = await create(token);
    const grace = owner(answer);
    assert.equal(answer.body.uuid, session.finionPayCustomerId);
    const { body: bills } = await readInstrument(server, grace);
    assert.deepEqual([bills.paymentChoice, bills.sysVersion, bills.accountVersion], ['CREDIT_CARD', 1, 1]);
    assert.equal(bills.details.creditCard.cardNumber, '************4242');
    const { body: record } = await getRecord(server, acme, bills.storedPaymentMethodId);
    assert.deepEqual([record.contact_id, record.last_four_digits], [grace.contactId, '4242']);
    assertOk(await replaceInstrument(server, grace, await enterCard(server, grace)));
  });

  it('is made with the record in one transaction, both in audit and events', async () => {
    const { customerId } = owner(await create(await enterCard(server, acme, visa, nobody)));
    const made = await query<{ xid: string; type: string }>(
      server,
      `SELECT written_in::text AS xid, type FROM events
       WHERE (payload ->> 'customer_id')::bigint = $1 OR subject_id = (
         SELECT account_method_id FROM customers WHERE customer_id = $1)
       ORDER BY type`,
      [customerId],
    );
    assert.deepEqual(
      made.map(({ type }) => type),
      ['account_payment_instrument.replaced', 'customer.created'],
    );
    assert.equal(new Set(made.map(({ xid }) => xid)).size, 1);
  });

  it('may pay in cash from the start', async () => {
    const cash = await server.tenant('cash', { permittedPaymentChoices: { MEMBER_ACCOUNT: ['CASH'], ECOM: null } });
    const session = await startSession(server, cash, nobody);
    const token = await beginRequest(server, session);
    await callGateway(server, session, 'POST', `/payments/${token}`, { body: { paymentMethod: 'CASH', cash: {} } });
    const answer = await create(token, {}, cash);
    assertOk(answer);
    const { body } = await readInstrument(server, { ...cash, customerId: answer.body.id });
    assert.deepEqual([body.paymentChoice, body.storedPaymentMethodId], ['CASH', undefined]);
    assertRefused(await create(token, {}, cash), 409, 'payment.request.already.used', reference);
  });

  it('is made once, however often the request is sent with its Idempotency-Key', async () => {
    const token = await enterCard(server, acme, visa, nobody);
    const headers = { 'idempotency-key': 'join-1' };
    const first = await create(token, headers);
    assertOk(first);
    const known = await everything();
    const again = await create(token, headers);
    assert.deepEqual(again.body, first.body);
    assert.equal(again.headers.get('idempotency-replayed'), 'true');
    assert.deepEqual(await everything(), known);
  });

  it('is one, when two requests bring the same token at once', async () => {
    const token = await enterCard(server, acme, visa, nobody);
    const [customers, records] = [await count('customers'), await count('stored_payment_methods')];
    const answers = await Promise.all(Array.from({ length: 10 }, () => create(token)));
    assert.equal(answers.filter(({ status }) => status === 200).length, 1);
    for (const answer of answers.filter(({ status }) => status !== 200)) {
      assertRefused(answer, 409, 'payment.request.already.used', reference);
    }
    assert.deepEqual([await count('customers'), await count('stored_payment_methods')], [customers + 1, records + 1]);
  });

  it('is one, when the same person enters an instrument in two sessions', async () => {
    const { body: session } = await server.call('POST', '/v1/payments/user-session', {
      headers: keyHeader(acme),
      body: { amount: 0, scope: 'MEMBER_ACCOUNT', referenceText: 'Membership' },
    });
    const person = { ...nobody, finionPayCustomerId: session.finionPayCustomerId };
    const tokens = [await enterCard(server, acme, visa, person), await enterCard(server, acme, visa, person)];
    const answers = await Promise.all(tokens.map((token) => create(token)));
    const [refused, ...more] = answers.filter(({ status }) => status !== 200);
    assert.ok(refused);
    assert.deepEqual(more, []);
    assertRefused(refused, 400, 'payment.request.customer.mismatch', reference);
  });
});

describe('a payment request token makes no customer, and nothing else,', () => {
  const refused = async (token: unknown, status: number, code: string, headers = {}): Promise<Answer> => {
    const known = await everything();
    const answer = await create(token, headers);
    assertRefused(answer, status, code, reference);
    assert.deepEqual(await everything(), known);
    return answer;
  };

  it('when it is unknown, empty or no text', async () => {
    await refused(`prt_${'x'.repeat(43)}`, 404, 'payment.request.not.found');
    await refused('', 400, 'validation.required');
    await refused(5, 400, 'validation.type');
  });

  it('when it is another tenant’s', async () => {
    const other = await server.tenant('other');
    await refused(await enterCard(server, other, visa, nobody), 404, 'payment.request.not.found');
  });

  it('when its session was for a customer', async () => {
    const ada = await withNewCustomer(server, acme);
    const token = await enterCard(server, ada);
    await refused(token, 400, 'payment.request.customer.mismatch');
    assertOk(await replaceInstrument(server, ada, token));
    await refused(token, 400, 'payment.request.customer.mismatch');
  });

  it('when it was used before, and tells what it led to', async () => {
    const token = await enterCard(server, acme, visa, nobody);
    const grace = owner(await create(token));
    const { body } = await readInstrument(server, grace);
    const answer = await refused(token, 409, 'payment.request.already.used');
    assert.deepEqual(answer.body.args.slice(1), [body.storedPaymentMethodId, '1']);
  });

  it('when the customer has not finished, or was declined', async () => {
    const session = await startSession(server, acme, nobody);
    const token = await beginRequest(server, session);
    await refused(token, 409, 'payment.request.not.concluded');
    await submitCard(server, session, token, declined);
    await refused(token, 409, 'payment.request.not.concluded');
  });

  it('when it was for a purchase, or for an amount', async () => {
    const purchase = await enterCard(server, acme, visa, { ...nobody, scope: 'ECOM' });
    await refused(purchase, 400, 'payment.request.not.reusable');
    await refused(await enterCard(server, acme, visa, { ...nobody, amount: 5 }), 400, 'payment.request.not.reusable');
  });

  it('when it has expired', async () => {
    const token = await enterCard(server, acme, visa, nobody);
    server.clock.advance(31 * 60_000);
    await refused(token, 400, 'payment.request.expired');
  });

  it('when the person cancels in the same moment', async () => {
    const session = await startSession(server, acme, nobody);
    const token = await beginRequest(server, session);
    await submitCard(server, session, token, visa);
    const [customers, records] = [await count('customers'), await count('stored_payment_methods')];
    const publicId = session.slice(session.indexOf('.') + 1, session.lastIndexOf('_'));
    const lock = await lockRows(server, 'SELECT 1 FROM user_payment_sessions WHERE session_id = $1', [publicId]);
    const creation = create(token);
    await lock.awaited(1);
    assertOk(await cancel(server, session, token));
    await lock.release();
    assertRefused(await creation, 409, 'concurrent.modification');
    assert.deepEqual([await count('customers'), await count('stored_payment_methods')], [customers, records]);
  });

  it('when the caller may not use payment requests', async () => {
    const clerk = await server.tenant('clerk', { scopes: ['CUSTOMER_WRITE'] });
    const answer = await create('prt_any', {}, clerk);
    assertRefused(answer, 403, 'permission.denied');
    assert.deepEqual(answer.body.args, ['PAYMENT_WRITE']);
    assertOk(
      await server.call('POST', '/v1/customers/create', {
        headers: keyHeader(clerk),
        body: { firstName: 'Grace', lastName: 'Hopper' },
      }),
    );
  });

  it('when the customer’s own data cannot be used, and is good for a second try', async () => {
    const token = await enterCard(server, acme, visa, nobody);
    const bad = await server.call('POST', '/v1/customers/create', {
      headers: keyHeader(acme),
      body: { firstName: 'Grace', lastName: 'Hopper', country: 'XX', paymentRequestToken: token },
    });
    assertRefused(bad, 400, 'validation.format', 'country');
    owner(await create(token));
  });
});

it('a token that a gateway failed to give is got later for a new customer too', async () => {
  const tenant = await server.tenant('two-shops');
  const woken: string[] = [];
  server.services.wakeTokenWorker = (_tenantId, taskIds) => woken.push(...taskIds);
  const gateway = watchGateway(server);
  const second = await addMerchantAccount(server, tenant, 'Second shop');
  gateway.failing.add(second);
  const answer = await create(await enterCard(server, tenant, visa, nobody), {}, tenant);
  assertOk(answer);
  assert.equal(woken.length, 1);
  assert.deepEqual(await pendingTasks(server, tenant), woken);
  gateway.failing.clear();
  assert.deepEqual(await workOnce(server, tenant), ['over']);
  const { body } = await readInstrument(server, { ...tenant, customerId: answer.body.id });
  assert.equal(body.sysVersion, 2);
});
