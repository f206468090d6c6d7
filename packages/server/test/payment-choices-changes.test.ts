import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { assertRefused } from './harness/assert-refused.ts';
import { assertOk, readInstrument, versionsOf, withNewCustomer } from './harness/gateway.ts';
import {
  bill,
  creditCardEntry,
  enter,
  entries,
  frenchIban,
  germanIban,
  ibanEntry,
  type Submission,
  swissIban,
  tenantWithEveryChoice,
} from './harness/instruments.ts';
import { getRecord, mastercard, putRecord, replaceInstrument, visa } from './harness/main-job.ts';
import { startTestServer, type TestServer, type TestTenant } from './harness/server.ts';

let server: TestServer;
let club: TestTenant;

before(async () => {
  server = await startTestServer();
  club = await tenantWithEveryChoice(server, 'club', { country: 'DE', currency: 'EUR' });
});

after(() => server.stop());

/** Bills one after the other; answers where each went, how it matched, and the record's name by then. */
async function billInTurn(tenant: TestTenant, submissions: readonly [Submission, payer?: string][]) {
  const billed: { id: string; version: number; match: string; choice: string; name: string }[] = [];
  for (const [submission, payer] of submissions) {
    const {
      storedPaymentMethodId: id,
      sysVersion: version,
      match,
      paymentChoice,
    } = await bill(server, tenant, submission, payer);
    const { body: record } = await getRecord(server, tenant, id);
    billed.push({ id, version, match, choice: paymentChoice, name: record.name });
  }
  return billed;
}

describe('an instrument of another type', () => {
  it('is a record of its own, and the former one stays on file', async () => {
    const ada = await withNewCustomer(server, club);
    const [card, account, other, same] = await billInTurn(ada, [
      [creditCardEntry(visa)],
      [ibanEntry('SEPA', germanIban)],
      [creditCardEntry(mastercard)],
      [creditCardEntry(visa)],
    ]);
    assert.ok(card && account && other && same);
    assert.equal(new Set([card.id, account.id, other.id]).size, 3);
    assert.deepEqual([same.id, same.version, same.match], [card.id, 2, 'SAME_METHOD']);
    assert.deepEqual([account.version, other.version], [1, 1]);
    for (const { id } of [account, other]) assert.equal((await getRecord(server, ada, id)).body.sys_version, 1);
  });

  it('goes back to the record that has its number already, while others of its type stay as they are', async () => {
    const ada = await withNewCustomer(server, club);
    const first = await bill(server, ada, ibanEntry('SEPA', germanIban));
    await bill(server, ada, entries.CASH);
    const second = await bill(server, ada, ibanEntry('SEPA', frenchIban));
    assert.notEqual(second.storedPaymentMethodId, first.storedPaymentMethodId);
    const again = await bill(server, ada, ibanEntry('SEPA', germanIban));
    assert.deepEqual(
      [again.storedPaymentMethodId, again.sysVersion, again.match],
      [first.storedPaymentMethodId, 2, 'SAME_METHOD'],
    );
    assert.equal((await getRecord(server, ada, second.storedPaymentMethodId)).body.sys_version, 1);
  });
});

describe('an instrument of the same type', () => {
  it('takes the record over, name and all, whatever the choice', async () => {
    const ada = await withNewCustomer(server, club);
    const billed = await billInTurn(ada, [
      [ibanEntry('SEPA', germanIban)],
      [entries.PAYPAL],
      [entries.BACS],
      [entries.ACH],
      [entries.TWINT],
      [ibanEntry('LSV', swissIban)],
      [entries.IDEAL],
    ]);
    const [first] = billed;
    for (const [n, { id, version, match }] of billed.entries()) {
      assert.deepEqual([id, version, match], [first?.id, n + 1, 'NEW_METHOD']);
    }
    assert.deepEqual(
      billed.map(({ name }) => name),
      [
        'SEPA Direct Debit 3000',
        'PayPal',
        'Bacs Direct Debit 9911',
        'ACH Debit 6789',
        'TWINT',
        'LSV+ 2957',
        'iDEAL 5264',
      ],
    );
    assert.deepEqual(
      (await versionsOf(server, ada.customerId)).map(({ versions }) => versions),
      [billed.length],
    );
  });

  it('that is the same account by another scheme has changed details', async () => {
    const ada = await withNewCustomer(server, club);
    const swiss = await billInTurn(ada, [
      [ibanEntry('CH_DD', swissIban)],
      [ibanEntry('LSV', swissIban)],
      [ibanEntry('SEPA', swissIban)],
    ]);
    assert.deepEqual(
      swiss.map(({ match, choice }) => `${match} ${choice}`),
      ['NEW_METHOD CH_DD', 'CHANGED_DETAILS LSV', 'CHANGED_DETAILS SEPA'],
    );
    const grace = await withNewCustomer(server, club);
    const dutch = await billInTurn(grace, [[entries.IDEAL, 'ada'], [ibanEntry('SEPA', 'NL39RABO0300065264')]]);
    assert.deepEqual(
      dutch.map(({ id, match }) => [id, match]),
      [
        [dutch[0]?.id, 'NEW_METHOD'],
        [dutch[0]?.id, 'CHANGED_DETAILS'],
      ],
    );
  });

  it('that is the same account with another holder, BIC or address has changed details, else none', async () => {
    const ada = await withNewCustomer(server, club);
    const address = { city: 'Köln', line1: 'Domkloster 4', postalCode: '50667', country: 'DE' };
    const turned = { country: 'DE', postalCode: '50667', line1: 'Domkloster 4', city: 'Köln' };
    const billed = await billInTurn(ada, [
      [ibanEntry('SEPA', germanIban)],
      [ibanEntry('SEPA', 'DE89 3704 0044 0532 0130 00')],
      [ibanEntry('SEPA', germanIban, { bic: 'COBADEFF' })],
      [ibanEntry('SEPA', germanIban, { bic: 'COBADEFF', accountHolder: 'Ada Lovelace' })],
      [
        {
          ...ibanEntry('SEPA', germanIban, { bic: 'COBADEFF', accountHolder: 'Ada Lovelace' }),
          billingAddress: address,
        },
      ],
      [
        {
          ...ibanEntry('SEPA', germanIban, { bic: 'COBADEFF', accountHolder: 'Ada Lovelace' }),
          billingAddress: turned,
        },
      ],
    ]);
    assert.deepEqual(
      billed.map(({ match }) => match),
      ['NEW_METHOD', 'SAME_METHOD', 'CHANGED_DETAILS', 'CHANGED_DETAILS', 'CHANGED_DETAILS', 'SAME_METHOD'],
    );
  });

  it('keeps the name that people gave the record', async () => {
    const ada = await withNewCustomer(server, club);
    const { storedPaymentMethodId: id } = await bill(server, ada, entries.SEPA);
    const { body: record } = await getRecord(server, ada, id);
    assertOk(await putRecord(server, ada, { ...record, name: 'Household account' }));
    await bill(server, ada, entries.PAYPAL);
    assert.equal((await getRecord(server, ada, id)).body.name, 'Household account');
  });
});

describe('the same account of two customers', () => {
  it('is a method of each, and none of the other', async () => {
    const [ada, grace] = [await withNewCustomer(server, club), await withNewCustomer(server, club)];
    const [one, two] = [await bill(server, ada, entries.SEPA), await bill(server, grace, entries.SEPA)];
    assert.deepEqual([one.match, two.match], ['NEW_METHOD', 'NEW_METHOD']);
    assert.notEqual(one.storedPaymentMethodId, two.storedPaymentMethodId);
    assert.notEqual(one.mandate.reference, two.mandate.reference);
  });
});

describe('a replacement by any choice', () => {
  it('is answered the same again under the same idempotency key', async () => {
    for (const choice of ['CASH', 'SEPA', 'PAYPAL'] as const) {
      const ada = await withNewCustomer(server, club);
      const token = await enter(server, ada, entries[choice]);
      const headers = { 'idempotency-key': `key-${choice}` };
      const first = await replaceInstrument(server, ada, token, { headers });
      const again = await replaceInstrument(server, ada, token, { headers });
      assertOk(first);
      assert.deepEqual([again.status, again.body], [200, first.body]);
      assert.equal((await readInstrument(server, ada)).body.accountVersion, 1);
    }
  });

  it('is for later use: none that was entered for a purchase or an amount is taken', async () => {
    const ada = await withNewCustomer(server, club);
    for (const choice of ['SEPA', 'BACS', 'ACH', 'IDEAL', 'PAYPAL', 'CASH', 'BANK_TRANSFER'] as const) {
      for (const session of [{ scope: 'ECOM' }, { amount: 10 }]) {
        const token = await enter(server, ada, entries[choice], { session });
        const answer = await replaceInstrument(server, ada, token);
        assertRefused(answer, 400, 'payment.request.not.reusable', 'paymentRequestToken');
      }
    }
    assert.deepEqual((await readInstrument(server, ada)).body, { accountVersion: 0 });
  });

  it('is another tenant’s and another customer’s business never', async () => {
    const [ada, grace] = [await withNewCustomer(server, club), await withNewCustomer(server, club)];
    const other = await tenantWithEveryChoice(server, 'other');
    for (const choice of ['SEPA', 'CASH', 'TWINT'] as const) {
      const token = await enter(server, ada, entries[choice]);
      const field = 'paymentRequestToken';
      assertRefused(await replaceInstrument(server, other, token), 404, 'payment.request.not.found', field);
      assertRefused(await replaceInstrument(server, grace, token), 400, 'payment.request.customer.mismatch', field);
      assertOk(await replaceInstrument(server, ada, token));
    }
  });
});
