import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import {
  assertOk,
  numbersOf,
  pickCard,
  readInstrument,
  useCard,
  versionsOf,
  withNewCustomer,
} from './harness/gateway.ts';
import { auditOf, eventsOf, query } from './harness/look-inside.ts';
import { amex, createRecord, getRecord, mastercard, putRecord, replaceInstrument, visa } from './harness/main-job.ts';
import { startTestServer, type TestServer, type TestTenant } from './harness/server.ts';

let server: TestServer;
let acme: TestTenant;

before(async () => {
  server = await startTestServer();
  acme = await server.tenant('acme');
});

after(() => server.stop());

const recordOf = async (tenant: TestTenant, id: string) => (await getRecord(server, tenant, id)).body;
const dayMs = 86_400_000;

describe('the first instrument of an account', () => {
  it('makes a record that both dialects show at once', async () => {
    const ada = await withNewCustomer(server, acme);
    assert.deepEqual((await readInstrument(server, ada)).body, { accountVersion: 0 });
    const used = await useCard(
      server,
      ada,
      visa,
      {},
      { line1: '1 High St', city: 'London', postalCode: 'N1', country: 'GB' },
    );
    const { match, ...billed } = used;
    assert.equal(match, 'NEW_METHOD');
    assert.deepEqual((await readInstrument(server, ada)).body, billed);
    const record = await recordOf(ada, used.storedPaymentMethodId);
    assert.deepEqual(
      { ...record, merchant_account_tokens: undefined, sys_last_security_context: undefined },
      {
        billing_address: { line1: '1 High St', city: 'London', postal_code: 'N1', country: 'GB' },
        contact_id: ada.contactId,
        credit_card_type: 'visa',
        expires: '2034-12-31',
        id: used.storedPaymentMethodId,
        last_four_digits: '4242',
        merchant_account_tokens: undefined,
        name: 'Visa 4242',
        name_on_account: 'Ada Test',
        sys_created_at: record.sys_created_at,
        sys_created_by_id: ada.apiKeyId,
        sys_last_modified_at: record.sys_created_at,
        sys_last_modified_by_id: ada.apiKeyId,
        sys_last_security_context: undefined,
        sys_version: 1,
        type: 'credit card',
      },
    );
    assert.deepEqual(
      record.merchant_account_tokens.map((token: { merchant_account_id: string }) => token.merchant_account_id),
      [acme.merchantAccountId],
    );
    assertOk(await putRecord(server, ada, record));
  });
});

describe('another card', () => {
  it('replaces the record in place: same id, next version, none of the old tokens', async () => {
    const ada = await withNewCustomer(server, acme);
    const first = await useCard(server, ada, visa);
    const earlier = await recordOf(ada, first.storedPaymentMethodId);
    const second = await useCard(server, ada, amex, { cardHolder: 'Ada T', expiryMonth: 2, expiryYear: 2036 });
    const renewed = await recordOf(ada, first.storedPaymentMethodId);
    assert.deepEqual(
      [second.storedPaymentMethodId, second.sysVersion, renewed.sys_version],
      [first.storedPaymentMethodId, 2, 2],
    );
    assert.deepEqual(
      [renewed.name, renewed.name_on_account, renewed.last_four_digits, renewed.credit_card_type, renewed.expires],
      ['American Express 0005', 'Ada T', '0005', 'american express', '2036-02-29'],
    );
    const tokensOf = (record: any) => record.merchant_account_tokens.map((token: { token: string }) => token.token);
    assert.equal(tokensOf(renewed).length, 1);
    assert.notDeepEqual(tokensOf(renewed), tokensOf(earlier));
    assert.ok(renewed.sys_last_modified_at > earlier.sys_last_modified_at);
  });

  it('keeps what people gave the record: its name, address, custom fields and external id', async () => {
    const ada = await withNewCustomer(server, acme);
    const first = await useCard(server, ada, visa, {}, { line1: '1 High St', country: 'GB' });
    const given = {
      name: 'Card for the gym',
      custom_field_values: [{ custom_field_id: 'colour__c', string_value: 'blue' }],
      sys_external_id: `crm-${ada.customerId}`,
    };
    await putRecord(server, ada, { ...(await recordOf(ada, first.storedPaymentMethodId)), ...given });
    await useCard(server, ada, mastercard);
    const renewed = await recordOf(ada, first.storedPaymentMethodId);
    const kept = { ...given, billing_address: { line1: '1 High St', country: 'GB' }, sys_version: 3 };
    for (const [field, value] of Object.entries(kept)) assert.deepEqual(renewed[field], value, field);
    await useCard(server, ada, visa, {}, { line1: '2 Low St', country: 'DE' });
    assert.deepEqual((await recordOf(ada, first.storedPaymentMethodId)).billing_address, {
      line1: '2 Low St',
      country: 'DE',
    });
    await useCard(server, ada, mastercard, {}, {});
    assert.equal((await recordOf(ada, first.storedPaymentMethodId)).billing_address.line1, '2 Low St');
  });

  it('has the old number destroyed after the tenant’s retention, and the new one kept', async () => {
    const ada = await withNewCustomer(server, acme);
    const { storedPaymentMethodId: id } = await useCard(server, ada, visa);
    const replacedAt = server.clock.now().getTime();
    await useCard(server, ada, mastercard);
    const [old, current, ...more] = await numbersOf(server, ada.customerId);
    assert.deepEqual([old?.record_id, current?.record_id, current?.destroy_after, more], [id, id, null, []]);
    const retained = (old?.destroy_after?.getTime() ?? 0) - replacedAt;
    assert.ok(retained >= 30 * dayMs && retained < 30 * dayMs + 60_000);
  });

  it('leaves one audit entry and one event a version, masked, in the transaction of the change', async () => {
    const ada = await withNewCustomer(server, acme);
    const { storedPaymentMethodId: id } = await useCard(server, ada, visa);
    await useCard(server, ada, mastercard);
    const rows = await query<{ xid: string }>(
      server,
      'SELECT xmin::text AS xid FROM stored_payment_method_versions WHERE id = $1 ORDER BY sys_version',
      [id],
    );
    const audit = await auditOf(server, 'acme', id);
    const events = await eventsOf(server, 'acme', id);
    for (const trail of [audit, events]) {
      assert.deepEqual(
        trail.map(({ xid, name, version }) => ({ xid, name, version })),
        rows.map(({ xid }, n) => ({ xid, name: 'account_payment_instrument.replaced', version: n + 1 })),
      );
    }
    assert.ok(audit.every(({ sealed }) => sealed));
    const changed = ['credit_card_type', 'last_four_digits', 'merchant_account_tokens', 'name'];
    assert.deepEqual(events[1]?.payload, {
      customer_id: ada.customerId,
      type: 'credit card',
      changed_fields: changed,
      match: 'NEW_METHOD',
    });
  });
});

describe('a card that the customer has on file already', () => {
  it('is renewed when it is the account’s own: new expiry, next version, one number held', async () => {
    const ada = await withNewCustomer(server, acme);
    const first = await useCard(server, ada, visa);
    const second = await useCard(server, ada, '4242 4242-4242 4242', { expiryMonth: 1, expiryYear: 2039 });
    assert.deepEqual(
      [second.storedPaymentMethodId, second.sysVersion, second.details.creditCard.expiry],
      [first.storedPaymentMethodId, 2, '01/2039'],
    );
    const held = (await numbersOf(server, ada.customerId)).filter((number) => number.destroy_after === null);
    assert.equal(held.length, 1);
  });

  it('moves the pointer when another record holds it, and renews that one alone', async () => {
    const ada = await withNewCustomer(server, acme);
    const spare = await useCard(server, ada, visa);
    const { id } = await createRecord(server, ada, { last_four_digits: '1111', name: 'Bank card' });
    const token = await pickCard(server, ada, '1111');
    const picked = await replaceInstrument(server, ada, token);
    assert.deepEqual([picked.body.storedPaymentMethodId, picked.body.sysVersion], [id, 2]);

    const back = await useCard(server, ada, visa, { expiryYear: 2040 });
    assert.deepEqual([back.storedPaymentMethodId, back.sysVersion], [spare.storedPaymentMethodId, 2]);
    const { match, ...billed } = back;
    assert.equal(match, 'CHANGED_DETAILS');
    assert.deepEqual((await readInstrument(server, ada)).body, billed);
    assert.equal((await recordOf(ada, id)).sys_version, 2);
    assert.deepEqual(
      (await versionsOf(server, ada.customerId)).map(({ versions, highest }) => [versions, highest]),
      [
        [2, 2],
        [2, 2],
      ],
    );
  });

  it('is told apart from the same card of another customer', async () => {
    const ada = await withNewCustomer(server, acme);
    const hers = await useCard(server, ada, visa);
    const grace = await withNewCustomer(server, acme);
    assert.notEqual((await useCard(server, grace, visa)).storedPaymentMethodId, hers.storedPaymentMethodId);
  });
});
