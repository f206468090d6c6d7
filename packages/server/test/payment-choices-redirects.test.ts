import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { assertRefused } from './harness/assert-refused.ts';
import { assertInBothDialects, type Expected } from './harness/both-dialects.ts';
import {
  assertOk,
  authenticate,
  callGateway,
  cancel,
  numbersOf,
  readPayment,
  withNewCustomer,
} from './harness/gateway.ts';
import { addMerchantAccount } from './harness/gateway-tokens.ts';
import {
  bill,
  decideRedirect,
  enter,
  entries,
  returnUrl,
  submitEntry,
  tenantWithEveryChoice,
} from './harness/instruments.ts';
import { beginRequest, getRecord, replaceInstrument, startSession, visa } from './harness/main-job.ts';
import { startTestServer, type TestServer, type TestTenant } from './harness/server.ts';

let server: TestServer;
let salon: TestTenant;

before(async () => {
  server = await startTestServer();
  salon = await tenantWithEveryChoice(server, 'salon', { country: 'NL', currency: 'EUR' });
});

after(() => server.stop());

const redirects = ['PAYPAL', 'TWINT', 'IDEAL', 'BANCONTACT'] as const;

const bank = { type: 'electronic check', credit_card_type: 'other', name_on_account: 'Ada Test' };
const expected: Readonly<Record<(typeof redirects)[number], Omit<Expected, 'paymentChoice'>>> = {
  PAYPAL: { details: { paypal: {} }, record: { ...bank, last_four_digits: '0000', name: 'PayPal' } },
  TWINT: { details: { twint: {} }, record: { ...bank, last_four_digits: '0000', name: 'TWINT' } },
  IDEAL: {
    details: { ideal: { issuer: 'Rabobank' } },
    record: { ...bank, last_four_digits: '5264', name: 'iDEAL 5264' },
  },
  BANCONTACT: {
    details: {
      banContactCard: {
        brand: 'bancontact',
        cardHolder: 'Ada Test',
        cardNumber: '************4449',
        expiry: '03/2030',
      },
    },
    record: {
      type: 'credit card',
      credit_card_type: 'other',
      last_four_digits: '4449',
      name: 'Bancontact 4449',
      name_on_account: 'Ada Test',
      expires: '2030-03-31',
    },
  },
};

describe('a redirect', () => {
  for (const choice of redirects) {
    it(`to ${choice} goes from session to both dialects once it is approved`, async () => {
      const ada = await withNewCustomer(server, salon);
      const submission = choice === 'IDEAL' ? { ...entries.IDEAL, ideal: { issuer: 'Rabobank' } } : entries[choice];
      const token = await enter(server, ada, submission);
      const replaced = await replaceInstrument(server, ada, token);
      assert.equal(replaced.body.mandate?.scheme, choice === 'IDEAL' ? 'SEPA_CORE' : undefined);
      await assertInBothDialects(server, ada, replaced, { paymentChoice: choice, ...expected[choice] });
    });

    it(`to ${choice} is the same method for the same payer, another for another`, async () => {
      const ada = await withNewCustomer(server, salon);
      const first = await bill(server, ada, entries[choice], 'ada');
      const again = await bill(server, ada, entries[choice], 'ada');
      const other = await bill(server, ada, entries[choice], 'grace');
      const matches = [first, again, other].map(({ match }) => match);
      assert.deepEqual(matches, ['NEW_METHOD', 'SAME_METHOD', 'NEW_METHOD']);
      const places = [first, again, other].map((one) => [one.storedPaymentMethodId, one.sysVersion]);
      const { storedPaymentMethodId: id } = first;
      assert.deepEqual(places, [
        [id, 1],
        [id, 2],
        [id, 3],
      ]);
    });

    it(`to ${choice} takes no entry, but an object that is empty, null or absent`, async () => {
      const field = Object.keys(entries[choice]).find((name) => name !== 'paymentMethod') ?? '';
      for (const entry of [{}, null, undefined]) {
        const { answer } = await submitEntry(server, salon, { paymentMethod: choice, [field]: entry });
        assert.deepEqual([answer.body.status, answer.body.action.type], ['CHALLENGED', 'REDIRECT']);
      }
      const { answer } = await submitEntry(server, salon, { paymentMethod: choice, [field]: { email: 'a@b.example' } });
      assertRefused(answer, 400, 'validation.unknown.field', `${field}.email`);
    });
  }

  it('that is pending says so, keeps nothing, and cannot be billed', async () => {
    const ada = await withNewCustomer(server, salon);
    const { session, token, answer } = await submitEntry(server, ada, entries.PAYPAL);
    for (const one of [await readPayment(server, session, token), await authenticate(server, session, token)]) {
      assert.deepEqual(one.body, answer.body);
    }
    const refused = await replaceInstrument(server, ada, token);
    assertRefused(refused, 409, 'payment.request.not.concluded', 'paymentRequestToken');
    assert.deepEqual(refused.body.typedArgs, [{ type: 'ENUM', value: { value: 'CHALLENGED' } }]);
    assert.deepEqual(await numbersOf(server, ada.customerId), []);
  });

  it('that the customer cancelled there is cancelled, and another one can be tried', async () => {
    const ada = await withNewCustomer(server, salon);
    const { session, token, answer } = await submitEntry(server, ada, entries.TWINT);
    await decideRedirect(server, answer.body.action.url, { outcome: 'cancel' });
    const ended = await authenticate(server, session, token);
    assert.deepEqual(ended.body, { status: 'CANCELLED' });
    const second = await beginRequest(server, session);
    const card = await callGateway(server, session, 'POST', `/payments/${second}`, { body: entries.CREDIT_CARD });
    assert.equal(card.body.status, 'PREAUTHED');
    assert.equal((await replaceInstrument(server, ada, second)).body.paymentChoice, 'CREDIT_CARD');
  });

  it('that was cancelled here stays so, whatever is approved there later', async () => {
    const ada = await withNewCustomer(server, salon);
    const { session, token, answer } = await submitEntry(server, ada, entries.IDEAL);
    assertOk(await cancel(server, session, token));
    await decideRedirect(server, answer.body.action.url);
    assert.deepEqual((await authenticate(server, session, token)).body, { status: 'CANCELLED' });
    assert.deepEqual(await numbersOf(server, ada.customerId), []);
  });

  it('that is asked for several times at once is granted once', async () => {
    const ada = await withNewCustomer(server, salon);
    const { session, token, answer } = await submitEntry(server, ada, entries.IDEAL);
    await decideRedirect(server, answer.body.action.url);
    const ends = await Promise.all(Array.from({ length: 5 }, () => authenticate(server, session, token)));
    assert.ok(ends.some(({ body }) => body.status === 'PREAUTHED'));
    for (const { status, body } of ends) {
      if (status !== 200)
        assert.match(`${status} ${body.errorCode}`, /^409 errormessage\.payment\.request\.(state|busy)$/);
    }
    assert.equal((await numbersOf(server, ada.customerId)).length, 1);
    assertOk(await replaceInstrument(server, ada, token));
  });

  it('is concluded by its own session only', async () => {
    const { token, answer } = await submitEntry(server, salon, entries.PAYPAL);
    await decideRedirect(server, answer.body.action.url);
    const elsewhere = await tenantWithEveryChoice(server, 'elsewhere');
    for (const session of [await startSession(server, salon), await startSession(server, elsewhere)]) {
      assertRefused(await authenticate(server, session, token), 404, 'payment.request.not.found');
    }
  });

  it('brings the address that was entered before it to the record', async () => {
    const ada = await withNewCustomer(server, salon);
    const billingAddress = { city: 'Utrecht', postalCode: '3511', country: 'NL' };
    const { storedPaymentMethodId: id } = await bill(server, ada, { ...entries.PAYPAL, billingAddress });
    const { body: record } = await getRecord(server, ada, id);
    assert.deepEqual(record.billing_address, { city: 'Utrecht', postal_code: '3511', country: 'NL' });
  });

  it('is for one merchant account, but the IBAN that it brings is vaulted at all of them', async () => {
    const chain = await tenantWithEveryChoice(server, 'chain');
    const second = await addMerchantAccount(server, chain, 'Second');
    const accounts = [chain.merchantAccountId, second].toSorted();
    for (const [choice, expectedAccounts] of [
      ['PAYPAL', [chain.merchantAccountId]],
      ['BANCONTACT', [chain.merchantAccountId]],
      ['IDEAL', accounts],
      ['SEPA', accounts],
    ] as const) {
      const ada = await withNewCustomer(server, chain);
      const { storedPaymentMethodId: id } = await bill(server, ada, entries[choice]);
      const { body: record } = await getRecord(server, ada, id);
      const tokens: { merchant_account_id: string }[] = record.merchant_account_tokens;
      assert.deepEqual(tokens.map((token) => token.merchant_account_id).toSorted(), expectedAccounts, choice);
    }
  });

  it('keeps the issuer only as text without a card number', async () => {
    const submission = { paymentMethod: 'IDEAL' as const, ideal: { issuer: `Bank ${visa}` } };
    const { answer } = await submitEntry(server, salon, submission);
    assertRefused(answer, 400, 'card.number.found', 'ideal.issuer');
  });
});

describe('the page that a redirect ends at', () => {
  it('is one of the tenant’s own sites', async () => {
    const { answer } = await submitEntry(server, salon, { ...entries.PAYPAL, returnUrl });
    const page = await decideRedirect(server, answer.body.action.url);
    assert.deepEqual([page.status, page.headers.get('location')], [303, returnUrl]);
  });

  it('is none of anybody else’s, and holds no card number', async () => {
    const foreign = ['https://elsewhere.example/', 'https://shop.example@elsewhere.example/', 'http://shop.example/'];
    for (const url of [...foreign, 'https://shop.example.elsewhere.example/', 'javascript:alert(1)', '/back']) {
      const { answer } = await submitEntry(server, salon, { ...entries.PAYPAL, returnUrl: url });
      assertRefused(answer, 400, 'return.url.not.allowed', 'returnUrl');
    }
    const { answer } = await submitEntry(server, salon, { ...entries.PAYPAL, returnUrl: `${returnUrl}&card=${visa}` });
    assertRefused(answer, 400, 'card.number.found', 'returnUrl');
  });
});
