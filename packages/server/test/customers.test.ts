import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { assertRefused, assertSameRefusal } from './harness/assert-refused.ts';
import { auditOf, eventsOf, query, tablesHolding } from './harness/look-inside.ts';
import { bearer, keyHeader } from './harness/main-job.ts';
import { type Answer, startTestServer, type TestServer, type TestTenant } from './harness/server.ts';

let server: TestServer;
let acme: TestTenant;
let other: TestTenant;

before(async () => {
  server = await startTestServer();
  acme = await server.tenant('acme');
  other = await server.tenant('other');
});

after(() => server.stop());

const names = { firstName: 'Grace', lastName: 'Hopper' };

/** Every field that a customer can be created with. */
const whole = {
  ...names,
  customerNumber: 'C-17',
  dateOfBirth: '1986-12-09',
  email: 'grace@example.com',
  street: 'Harbour Road',
  houseNumber: '12 b',
  zipCode: 'SW1A 1AA',
  city: 'London',
  country: 'GB',
  status: 'PROSPECT',
  phonePrivateMobile: '+44 7700 900123',
  preferredLanguage: 'en-GB',
  thirdPartyId: 'crm-5',
};

const count = () => query(server, 'SELECT count(*) FROM customers');

const create = (body: unknown, headers: Record<string, string> = {}): Promise<Answer> =>
  server.call('POST', '/v1/customers/create', { headers: { ...keyHeader(acme), ...headers }, body });

const get = (customerId: number | string, tenant = acme): Promise<Answer> =>
  server.call('GET', `/v1/customers/${customerId}`, { headers: keyHeader(tenant) });

describe('creating a customer', () => {
  it('needs the names only, and answers the ids of both dialects', async () => {
    const { status, body } = await create(names);
    assert.equal(status, 200);
    assert.ok(Number.isSafeInteger(body.id) && body.id > 0);
    assert.match(body.uuid, /^[0-9a-f-]{36}$/);
    assert.deepEqual(body, { ...names, id: body.id, uuid: body.uuid, contactId: body.contactId, status: 'MEMBER' });
    assert.deepEqual((await get(body.id)).body, body);
  });

  it('keeps every field, and shows the same person as a contact field by field', async () => {
    const { body: customer } = await create(whole);
    assert.deepEqual(customer, { ...whole, id: customer.id, uuid: customer.uuid, contactId: customer.contactId });
    const { body: contact } = await server.call('GET', `/contacts/acme/${customer.contactId}`, {
      headers: bearer(acme),
    });
    assert.deepEqual(contact, {
      address: { city: 'London', country: 'GB', house_number: '12 b', line1: 'Harbour Road', postal_code: 'SW1A 1AA' },
      customer_id: customer.id,
      customer_number: 'C-17',
      date_of_birth: '1986-12-09',
      email: 'grace@example.com',
      first_name: 'Grace',
      id: customer.contactId,
      is_active: true,
      last_name: 'Hopper',
      phone: '+44 7700 900123',
      preferred_language: 'en-GB',
      status: 'PROSPECT',
      sys_created_at: contact.sys_created_at,
      sys_external_id: 'crm-5',
      sys_last_modified_at: contact.sys_created_at,
      sys_version: 1,
    });
  });

  it('takes null for a field that is not known', async () => {
    const unknown = Object.fromEntries(Object.keys(whole).map((field) => [field, null]));
    const { status, body } = await create({ ...unknown, ...names });
    assert.equal(status, 200);
    assert.equal(body.status, 'MEMBER');
    assert.equal('email' in body, false);
  });

  it('names the field that is wrong, and creates nobody', async () => {
    const countBefore = await count();
    const cases: [field: string, value: unknown, code: string][] = [
      ['firstName', undefined, 'validation.required'],
      ['firstName', null, 'validation.type'],
      ['lastName', '', 'validation.required'],
      ['lastName', 'x'.repeat(201), 'validation.length'],
      ['dateOfBirth', '1986-02-30', 'validation.format'],
      ['dateOfBirth', '2990-01-01', 'validation.value'],
      ['email', 'nobody', 'validation.format'],
      ['country', 'XX', 'validation.format'],
      ['country', 'Britain', 'validation.length'],
      ['preferredLanguage', 'no language', 'validation.value'],
      ['status', 'GUEST', 'validation.allowed.values'],
      ['id', 5, 'validation.unknown.field'],
      ['bankAccount', {}, 'validation.unknown.field'],
      ['paymentRequestToken', '', 'validation.required'],
      ...Object.keys(whole).map((field): [string, unknown, string] => [field, 17, 'validation.type']),
      ['street', '4242 4242 4242 4242', 'card.number.found'],
      ['customerNumber', '4242424242424242', 'card.number.found'],
    ];
    for (const [field, value, code] of cases) {
      assertRefused(await create({ ...names, [field]: value }), 400, code, field);
    }
    assert.deepEqual(await count(), countBefore);
  });

  it('happens once for one Idempotency-Key, and its answer is kept in the same transaction', async () => {
    const key = { 'idempotency-key': 'create-grace' };
    const first = await create(whole, key);
    const again = await create(whole, key);
    assert.equal(again.headers.get('idempotency-replayed'), 'true');
    assert.deepEqual(again.body, first.body);
    assertRefused(await create(names, key), 422, 'idempotency.key.reused', 'Idempotency-Key');
    const subject = String(first.body.id);
    const [row] = await query<{ xid: string }>(
      server,
      `SELECT c.xmin::text AS xid FROM customers c
       JOIN customer_keys k ON k.key_id = c.key_id AND k.xmin = c.xmin
       JOIN idempotency_keys i ON i.xmin = c.xmin
       WHERE c.customer_id = $1`,
      [first.body.id],
    );
    const xid = row?.xid;
    assert.deepEqual(await auditOf(server, 'acme', subject), [
      { xid, name: 'customer.created', version: 1, payload: null, sealed: true },
    ]);
    assert.deepEqual(await eventsOf(server, 'acme', subject), [
      {
        xid,
        name: 'customer.created',
        version: 1,
        payload: {
          customer_id: first.body.id,
          contact_id: first.body.contactId,
          is_active: true,
          changed_fields: [],
        },
        sealed: false,
      },
    ]);
  });

  it('leaves nothing personal in clear, in no table and no log line', async () => {
    const person = {
      firstName: 'Zephyrinequx',
      lastName: 'Quillfeatherby',
      email: 'zq@canary-post.example',
      street: 'Marmaladewharf',
      customerNumber: 'Canarynumber-9',
      thirdPartyId: 'Canaryforeign-8',
      dateOfBirth: '1911-11-19',
    };
    await create(person, { 'idempotency-key': 'canary' });
    assert.ok(
      (await tablesHolding(server, 'api_key.created')).includes('audit_entries'),
      'the search finds what is there',
    );
    for (const canary of Object.values(person)) {
      assert.deepEqual(await tablesHolding(server, canary), [], canary);
      assert.ok(!server.log().includes(canary), canary);
    }
  });
});

describe('reading a customer', () => {
  it('of another tenant is answered like reading one that does not exist', async () => {
    const absent = await get(999_999_999);
    assertRefused(absent, 404, 'customer.not.found', 'customerId');
    for (const id of [other.customerId, '9223372036854775807', 0, -1]) {
      assertSameRefusal(await get(id), absent);
    }
    assert.equal((await get(other.customerId, other)).status, 200);
  });

  it('refuses an id that is no int64', async () => {
    for (const id of ['abc', '1.5', '9223372036854775808', '1e3']) {
      assertRefused(await get(id), 400, 'validation.type', 'customerId');
    }
  });

  it('and creating need their scopes', async () => {
    const limited = await server.tenant('limited', { scopes: ['PAYMENT_WRITE'] });
    const read = await get(limited.customerId, limited);
    assertRefused(read, 403, 'permission.denied');
    assert.deepEqual(read.body.args, ['CUSTOMER_READ']);
    const written = await server.call('POST', '/v1/customers/create', { headers: keyHeader(limited), body: names });
    assert.deepEqual([written.status, written.body.args], [403, ['CUSTOMER_WRITE']]);
    assert.equal((await server.call('GET', `/v1/customers/${acme.customerId}`)).status, 401);
  });
});
