import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { assertRefused } from './harness/assert-refused.ts';
import { assertOk, numbersOf, pickCard, readInstrument, useCard, withNewCustomer } from './harness/gateway.ts';
import { bearer, createRecord, getRecord, mastercard, putRecord, replaceInstrument, visa } from './harness/main-job.ts';
import { startTestServer, type TestServer, type TestTenant } from './harness/server.ts';

let server: TestServer;
let acme: TestTenant;
let other: TestTenant;

before(async () => {
  server = await startTestServer();
  acme = await server.tenant('acme');
  other = await server.tenant('other');
});

after(() => server.stop());

const path = (tenant: TestTenant, id: string, rest = '') => `/storedPaymentMethods/${tenant.tenantId}/${id}${rest}`;
const read = (tenant: TestTenant, id: string, rest = '') =>
  server.call('GET', path(tenant, id, rest), { headers: bearer(tenant) });
const remove = (tenant: TestTenant, id: string) => server.call('DELETE', path(tenant, id), { headers: bearer(tenant) });
const restore = (tenant: TestTenant, id: string, body: object = {}, headers: Record<string, string> = {}) =>
  server.call('POST', path(tenant, id, '/restore'), { headers: { ...bearer(tenant), ...headers }, body });

/** A record that was created as `Work card`, renamed, and given an address. */
async function recordOfThreeVersions(): Promise<any> {
  const first = await createRecord(server, acme);
  const second = (await putRecord(server, acme, { ...first, name: 'Home card' })).body;
  return (await putRecord(server, acme, { ...second, billing_address: { city: 'Bern', country: 'CH' } })).body;
}

describe('the history of a record', () => {
  it('tells of each version when, who, what and why, the newest first', async () => {
    const record = await recordOfThreeVersions();
    const { body } = await read(acme, record.id, '/history');
    assert.equal(body.Count, 3);
    assert.deepEqual(
      body.Items.map((item: any) => [item.sys_version, item.action, item.changed_fields]),
      [
        [3, 'stored_payment_method.replaced', ['billing_address']],
        [2, 'stored_payment_method.replaced', ['name']],
        [1, 'stored_payment_method.created', []],
      ],
    );
    assert.ok(body.Items.every((item: any) => item.sys_last_modified_by_id === acme.clientId && item.trace_id));
    assert.equal(body.Items[0].sys_last_modified_at, record.sys_last_modified_at);
  });

  it('comes in pages that neither repeat nor miss a version', async () => {
    const { id } = await recordOfThreeVersions();
    const first = (await read(acme, id, '/history?limit=2')).body;
    assert.deepEqual([first.Count, first.Items[1].changed_fields], [2, ['name']]);
    const second = (await read(acme, id, `/history?limit=2&exclusiveStartKey=${first.LastEvaluatedKey}`)).body;
    assert.deepEqual([second.Count, second.Items[0].sys_version, second.LastEvaluatedKey], [1, 1, undefined]);
  });

  it('tells of a replacement by the customer and of a deletion, and outlives the record', async () => {
    const ada = await withNewCustomer(server, acme);
    await useCard(server, ada, visa);
    const used = await useCard(server, ada, mastercard);
    const { body } = await read(ada, used.storedPaymentMethodId, '/history');
    assert.deepEqual(
      body.Items.map((item: any) => item.action),
      ['account_payment_instrument.replaced', 'account_payment_instrument.replaced'],
    );
    const { id } = await createRecord(server, acme);
    await remove(acme, id);
    const deleted = (await read(acme, id, '/history')).body;
    assert.deepEqual(
      deleted.Items.map((item: any) => [item.action, item.deleted]),
      [
        ['stored_payment_method.deleted', true],
        ['stored_payment_method.created', undefined],
      ],
    );
  });

  it('is another tenant’s secret', async () => {
    const { id } = await recordOfThreeVersions();
    assertRefused(await read(other, id, '/history'), 404, 'record.not.found');
    assertRefused(await restore(other, id, { sys_version: 1 }), 404, 'record.not.found');
  });
});

describe('a record as of an earlier time', () => {
  it('is what it was in a version, and at an instant', async () => {
    const record = await recordOfThreeVersions();
    const first = await read(acme, record.id, '?as_of=1');
    assert.deepEqual(
      [first.body.name, first.body.sys_version, first.body.billing_address],
      ['Work card', 1, undefined],
    );
    assert.equal(first.headers.get('etag'), '"1"');
    const at = (await read(acme, record.id, '?as_of=2')).body.sys_last_modified_at;
    assert.equal((await read(acme, record.id, `?as_of=${at}`)).body.sys_version, 2);
    const earlier = new Date(Date.parse(at) - 1).toISOString();
    assert.equal((await read(acme, record.id, `?as_of=${earlier}`)).body.sys_version, 1);
    assert.equal((await read(acme, record.id, '?as_of=2999-01-01T00:00:00%2B02:00')).body.sys_version, 3);
  });

  it('is 404 where there was none, and 400 for what is no time', async () => {
    const { id } = await recordOfThreeVersions();
    for (const asOf of ['4', '2001-01-01T00:00:00Z']) {
      assertRefused(await read(acme, id, `?as_of=${asOf}`), 404, 'record.version.not.found', 'as_of');
    }
    for (const asOf of ['0', '-1', 'yesterday', '2026-02-30T00:00:00Z', '9999999999']) {
      assertRefused(await read(acme, id, `?as_of=${asOf}`), 400, 'validation.value', 'as_of');
    }
  });

  it('can still be read after the record was deleted, but not as of then', async () => {
    const { id } = await createRecord(server, acme);
    await remove(acme, id);
    assert.equal((await read(acme, id, '?as_of=1')).status, 200);
    assertRefused(await read(acme, id, '?as_of=2'), 404, 'record.version.not.found', 'as_of');
  });
});

describe('restoring', () => {
  it('names the external id that another record has now before it looks at If-Match', async () => {
    const { id } = await createRecord(server, acme, { sys_external_id: 'crm-restored' });
    await remove(acme, id);
    await createRecord(server, acme, { sys_external_id: 'crm-restored' });
    const refused = await restore(acme, id, {}, { 'if-match': '"1"' });
    assertRefused(refused, 409, 'record.external.id.taken', 'sys_external_id');
  });

  it('makes an earlier version’s content the next version and keeps today’s tokens', async () => {
    const record = await recordOfThreeVersions();
    const tokens = [{ ...record.merchant_account_tokens[0], token: 'tok_second' }];
    await putRecord(server, acme, { ...record, merchant_account_tokens: tokens, sys_version: undefined });
    const answer = await restore(acme, record.id, { sys_version: 1 });
    assertOk(answer);
    const { record: restored, retired_tokens: retired } = answer.body;
    assert.deepEqual([restored.name, restored.sys_version, restored.billing_address], ['Work card', 5, undefined]);
    assert.deepEqual(restored.merchant_account_tokens, tokens);
    assert.deepEqual(retired, [{ merchant_account_id: acme.merchantAccountId }]);
    assert.equal(answer.headers.get('etag'), '"5"');
    assert.deepEqual((await getRecord(server, acme, record.id)).body, restored);
  });

  it('keeps the expiry of tokens that were renewed since: an earlier one beside them would be stale', async () => {
    const ada = await withNewCustomer(server, acme);
    await useCard(server, ada, visa, { expiryYear: 2031 });
    const { storedPaymentMethodId: id } = await useCard(server, ada, visa, { expiryYear: 2039 });
    assert.equal((await restore(ada, id, { sys_version: 1 })).body.record.expires, '2039-12-31');
    const mistyped = { ...(await getRecord(server, ada, id)).body, expires: '2038-01' };
    await putRecord(server, ada, mistyped);
    assert.equal((await restore(ada, id, { sys_version: 3 })).body.record.expires, '2039-12-31');
  });

  it('refuses a version that held another number: its tokens cannot be billed again', async () => {
    const ada = await withNewCustomer(server, acme);
    await useCard(server, ada, visa);
    const { storedPaymentMethodId: id } = await useCard(server, ada, mastercard);
    assertRefused(await restore(ada, id, { sys_version: 1 }), 409, 'record.version.other.number', 'sys_version');
    assert.equal((await readInstrument(server, ada)).body.sysVersion, 2);
  });

  it('refuses a version that was another contact’s, an unknown one, a lost basis, and a locked record', async () => {
    const record = await recordOfThreeVersions();
    const grace = await withNewCustomer(server, acme);
    assertRefused(await restore(acme, record.id), 400, 'validation.required', 'sys_version');
    assertRefused(await restore(acme, record.id, { sys_version: 9 }), 404, 'record.version.not.found', 'sys_version');
    const stale = await restore(acme, record.id, { sys_version: 1 }, { 'if-match': '"2"' });
    assertRefused(stale, 412, 'record.precondition.failed', 'If-Match');
    await putRecord(server, acme, { ...record, contact_id: grace.contactId });
    const moved = await restore(acme, record.id, { sys_version: 1 });
    assertRefused(moved, 409, 'record.version.other.contact', 'sys_version');
    const locked = await createRecord(server, acme, { sys_locked: true });
    assertRefused(await restore(acme, locked.id, { sys_version: 1 }), 409, 'record.locked');
  });

  it('brings a deleted record back with its number, once however often it is asked', async () => {
    const ada = await withNewCustomer(server, acme);
    const first = await useCard(server, ada, visa);
    const spare = await createRecord(server, ada, { last_four_digits: '1111', sys_external_id: 'spare' });
    await useCard(server, ada, mastercard);
    assert.equal((await remove(acme, spare.id)).status, 200);
    const headers = { 'idempotency-key': 'once' };
    const answer = await restore(acme, spare.id, {}, headers);
    assertOk(answer);
    assert.deepEqual([answer.body.record.sys_version, answer.body.record.sys_external_id], [3, 'spare']);
    assert.deepEqual((await restore(acme, spare.id, {}, headers)).body, answer.body);
    assert.equal((await getRecord(server, acme, spare.id)).body.sys_version, 3);
    assertRefused(await restore(acme, spare.id), 400, 'validation.required', 'sys_version');
    assert.equal(first.storedPaymentMethodId === spare.id, false);
  });

  it('spares the number that the deletion had doomed, and not the one that was replaced before', async () => {
    const ada = await withNewCustomer(server, acme);
    const { storedPaymentMethodId: id } = await useCard(server, ada, visa);
    await useCard(server, ada, mastercard);
    await createRecord(server, ada, { last_four_digits: '1111' });
    assertOk(await replaceInstrument(server, ada, await pickCard(server, ada, '1111')));
    assert.equal((await remove(acme, id)).status, 200);
    assert.ok((await numbersOf(server, ada.customerId)).every((number) => number.destroy_after));
    assertOk(await restore(acme, id));
    const numbers = await numbersOf(server, ada.customerId);
    assert.deepEqual(
      numbers.map((number) => number.destroy_after === null),
      [false, true],
    );
  });

  it('brings nothing back to a contact that was deactivated meanwhile', async () => {
    const grace = await withNewCustomer(server, acme);
    const { id } = await createRecord(server, grace);
    await remove(grace, id);
    const contact = `/contacts/${grace.tenantId}/${grace.contactId}`;
    assert.equal((await server.call('DELETE', contact, { headers: bearer(grace) })).status, 200);
    assertRefused(await restore(grace, id), 409, 'record.reference.missing', 'contact_id');
  });

  it('is refused where another record has taken the external id meanwhile', async () => {
    const { id } = await createRecord(server, acme, { sys_external_id: 'taken' });
    await remove(acme, id);
    await createRecord(server, acme, { sys_external_id: 'taken' });
    assertRefused(await restore(acme, id), 409, 'record.external.id.taken', 'sys_external_id');
  });
});
