import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { assertRefused, assertSameRefusal } from './harness/assert-refused.ts';
import { auditOf, eventsOf, query, tablesHolding } from './harness/look-inside.ts';
import { bearer, keyHeader, recordBody } from './harness/main-job.ts';
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

const names = { first_name: 'Grace', last_name: 'Hopper' };

/** Every field that a caller can say. */
const whole = {
  ...names,
  address: { city: 'London', country: 'GB', house_number: '12 b', line1: 'Harbour Road', postal_code: 'SW1A 1AA' },
  customer_number: 'C-17',
  date_of_birth: '1986-12-09',
  email: 'grace@example.com',
  is_active: true,
  phone: '+44 7700 900123',
  preferred_language: 'en-GB',
  status: 'PROSPECT',
  sys_external_id: 'crm-5',
};

type Options = { tenant?: TestTenant; body?: unknown; headers?: Record<string, string> };

const call = (method: string, path: string, { tenant = acme, body, headers = {} }: Options = {}): Promise<Answer> =>
  server.call(method, `/contacts/${tenant.tenantId}${path}`, { headers: { ...bearer(tenant), ...headers }, body });

const create = async (body: unknown = whole) => (await call('POST', '', { body })).body;

describe('creating a contact', () => {
  it('needs the names only, and makes both ids and the first version', async () => {
    const { status, headers, body } = await call('POST', '', { body: names });
    assert.equal(status, 201);
    assert.equal(headers.get('etag'), '"1"');
    assert.deepEqual(body, {
      ...names,
      customer_id: body.customer_id,
      id: body.id,
      is_active: true,
      status: 'MEMBER',
      sys_created_at: body.sys_created_at,
      sys_last_modified_at: body.sys_created_at,
      sys_version: 1,
    });
    const read = await call('GET', `/${body.id}`);
    assert.equal(read.headers.get('etag'), '"1"');
    assert.deepEqual(read.body, body);
  });

  it('makes the same customer, field by field', async () => {
    const contact = await create();
    const { body: customer } = await server.call('GET', `/v1/customers/${contact.customer_id}`, {
      headers: keyHeader(acme),
    });
    assert.deepEqual(customer, {
      city: 'London',
      contactId: contact.id,
      country: 'GB',
      customerNumber: 'C-17',
      dateOfBirth: '1986-12-09',
      email: 'grace@example.com',
      firstName: 'Grace',
      houseNumber: '12 b',
      id: contact.customer_id,
      lastName: 'Hopper',
      phonePrivateMobile: '+44 7700 900123',
      preferredLanguage: 'en-GB',
      status: 'PROSPECT',
      street: 'Harbour Road',
      thirdPartyId: 'crm-5',
      uuid: customer.uuid,
      zipCode: 'SW1A 1AA',
    });
  });

  it('refuses ids that the caller makes', async () => {
    const refused = 'validation.server.generated';
    assertRefused(await call('POST', '', { body: { ...names, id: 'mine' } }), 400, refused, 'id');
    assertRefused(await call('POST', '', { body: { ...names, customer_id: 5 } }), 400, refused, 'customer_id');
  });

  it('and replacing name the field that is wrong, and keep nothing', async () => {
    const contact = await create();
    const count = () => query(server, 'SELECT count(*), sum(version) FROM customers');
    const countBefore = await count();
    const cases: [reference: string, fields: object, code: string][] = [
      ['first_name', { first_name: undefined }, 'validation.required'],
      ['last_name', { last_name: '' }, 'validation.required'],
      ['date_of_birth', { date_of_birth: '2990-01-01' }, 'validation.value'],
      ['date_of_birth', { date_of_birth: '1986-13-01' }, 'validation.value'],
      ['email', { email: 'a b@example.com' }, 'validation.value'],
      ['preferred_language', { preferred_language: '?' }, 'validation.value'],
      ['status', { status: 'GUEST' }, 'validation.allowed.values'],
      ['phone', { phone: '1'.repeat(51) }, 'validation.length'],
      ['firstName', { firstName: 'Grace' }, 'validation.unknown.field'],
      ['address.line2', { address: { line2: 'x' } }, 'validation.unknown.field'],
      ['address.city', { address: { city: 5 } }, 'validation.type'],
      ['address.country', { address: { country: 'XX' } }, 'validation.value'],
      ['address.line1', { address: { line1: 'card 4242-4242-4242-4242' } }, 'card.number.found'],
      ['sys_external_id', { sys_external_id: '4242424242424242' }, 'card.number.found'],
      ['sys_created_at', { sys_created_at: 'yesterday' }, 'validation.value'],
      ['sys_last_modified_at', { sys_last_modified_at: 5 }, 'validation.type'],
      ['sys_version', { sys_version: 1.5 }, 'validation.type'],
      ['customer_id', { customer_id: 'x' }, 'validation.type'],
      ...Object.keys(whole).map((field): [string, object, string] => [field, { [field]: [] }, 'validation.type']),
    ];
    for (const [reference, fields, code] of cases) {
      assertRefused(await call('POST', '', { body: { ...names, ...fields } }), 400, code, reference);
      const replaced = await call('PUT', `/${contact.id}`, { body: { ...names, ...fields } });
      assertRefused(replaced, 400, code, reference);
    }
    assert.deepEqual(await count(), countBefore);
  });

  it('happens once for one Idempotency-Key', async () => {
    const options = { body: whole, headers: { 'idempotency-key': 'create-contact' } };
    const first = await call('POST', '', options);
    const again = await call('POST', '', options);
    assert.deepEqual(
      [again.status, again.headers.get('etag'), again.headers.get('idempotency-replayed')],
      [201, '"1"', 'true'],
    );
    assert.deepEqual(again.body, first.body);
  });
});

describe('replacing a contact', () => {
  it('takes back what was read, and makes the next version of it', async () => {
    const contact = await create();
    const { status, headers, body } = await call('PUT', `/${contact.id}`, { body: contact });
    assert.deepEqual([status, headers.get('etag')], [200, '"2"']);
    assert.ok(body.sys_last_modified_at > contact.sys_last_modified_at);
    assert.deepEqual(body, { ...contact, sys_version: 2, sys_last_modified_at: body.sys_last_modified_at });
    assert.deepEqual((await call('GET', `/${contact.id}`)).body, body);
  });

  it('clears what is left out or null, but for the status, the external id and whether it is active', async () => {
    const contact = await create();
    for (const left of [names, { ...names, email: null, address: { city: null }, status: null, is_active: null }]) {
      const { body } = await call('PUT', `/${contact.id}`, { body: left });
      const { customer_id, id, sys_created_at } = contact;
      const { sys_version, sys_last_modified_at } = body;
      const stays = { is_active: true, status: 'PROSPECT', sys_external_id: 'crm-5' };
      const stamps = { sys_created_at, sys_last_modified_at, sys_version };
      assert.deepEqual(body, { ...names, ...stays, ...stamps, customer_id, id });
    }
  });

  it('changes the customer of the Customer API too', async () => {
    const contact = await create();
    await call('PUT', `/${contact.id}`, { body: { ...contact, last_name: 'Murray' } });
    const { body } = await server.call('GET', `/v1/customers/${contact.customer_id}`, { headers: keyHeader(acme) });
    assert.equal(body.lastName, 'Murray');
  });

  it('refuses another id in the body', async () => {
    const contact = await create();
    const put = (fields: object) => call('PUT', `/${contact.id}`, { body: { ...contact, ...fields } });
    assertRefused(await put({ id: acme.contactId }), 400, 'validation.id.mismatch', 'id');
    assertRefused(await put({ customer_id: acme.customerId }), 400, 'validation.id.mismatch', 'customer_id');
  });

  it('refuses an outdated basis, and says what is current', async () => {
    const first = await create();
    const { body: second } = await call('PUT', `/${first.id}`, { body: { ...first, phone: '1' } });
    const { sys_version: _version, ...byTime } = { ...first, sys_created_at: undefined };
    const stale = await call('PUT', `/${first.id}`, { body: first });
    assertRefused(stale, 409, 'record.version.conflict', 'sys_version');
    assert.equal(stale.headers.get('etag'), '"2"');
    assert.deepEqual(stale.body.args, ['2', 'phone']);
    const earlier = await call('PUT', `/${first.id}`, { body: byTime });
    assertRefused(earlier, 409, 'record.version.conflict', 'sys_last_modified_at');
    const tagged = await call('PUT', `/${first.id}`, { body: second, headers: { 'if-match': '"1"' } });
    assertRefused(tagged, 412, 'record.precondition.failed', 'If-Match');
    const unreadable = await call('PUT', `/${first.id}`, { body: second, headers: { 'if-match': '2' } });
    assertRefused(unreadable, 400, 'validation.header', 'If-Match');
    assert.deepEqual((await call('GET', `/${first.id}`)).body, second);
    const current = await call('PUT', `/${first.id}`, { body: second, headers: { 'if-match': '"2"' } });
    assert.equal(current.status, 200);
  });

  it('demands If-Match where the tenant does', async () => {
    const careful = await server.tenant('careful', { concurrencyPolicy: 'if-match-required' });
    const path = `/${careful.contactId}`;
    for (const [method, body] of [['PUT', names], ['DELETE']] as const) {
      const answer = await call(method, path, { tenant: careful, body });
      assertRefused(answer, 428, 'record.precondition.required', 'If-Match');
    }
  });

  it('lets one of two win that start from the same version', async () => {
    for (const [header, code] of [
      [false, 409],
      [true, 412],
    ] as const) {
      const contact = await create();
      const { sys_version: _version, sys_last_modified_at: _at, ...unversioned } = contact;
      const answers = await Promise.all(
        ['1', '2', '3', '4'].map((phone) =>
          header
            ? call('PUT', `/${contact.id}`, { body: { ...unversioned, phone }, headers: { 'if-match': '"1"' } })
            : call('PUT', `/${contact.id}`, { body: { ...contact, phone } }),
        ),
      );
      assert.deepEqual(answers.map(({ status }) => status).toSorted(), [200, code, code, code]);
      const winner = answers.find(({ status }) => status === 200);
      assert.deepEqual((await call('GET', `/${contact.id}`)).body, winner?.body);
      assert.equal((await auditOf(server, 'acme', String(contact.customer_id))).length, 2);
    }
  });

  it('happens once for one Idempotency-Key', async () => {
    const contact = await create();
    const options = { body: { ...contact, phone: '5' }, headers: { 'idempotency-key': 'replace-contact' } };
    const first = await call('PUT', `/${contact.id}`, options);
    assert.deepEqual((await call('PUT', `/${contact.id}`, options)).body, first.body);
    assert.equal((await call('GET', `/${contact.id}`)).body.sys_version, 2);
  });

  it('is written together with its audit entry and its event, which name nobody', async () => {
    const contact = await create();
    const email = 'canary@contact-post.example';
    await call('PUT', `/${contact.id}`, { body: { ...contact, email, last_name: 'Quillfeatherby' } });
    await call('DELETE', `/${contact.id}`, { headers: { 'idempotency-key': 'deactivate-canary' } });
    const [row] = await query<{ xid: string }>(
      server,
      `SELECT c.xmin::text AS xid FROM customers c JOIN idempotency_keys i ON i.xmin = c.xmin
       WHERE c.contact_id = $1`,
      [contact.id],
    );
    const subject = String(contact.customer_id);
    const audit = await auditOf(server, 'acme', subject);
    const events = await eventsOf(server, 'acme', subject);
    assert.equal(audit.at(-1)?.xid, row?.xid);
    assert.deepEqual(
      audit.map(({ xid, name, version }) => [xid, name, version]),
      events.map(({ xid, name, version }) => [xid, name, version]),
    );
    const actions = ['contact.created', 'contact.updated', 'contact.deactivated'];
    assert.deepEqual(
      audit.map(({ name }) => name),
      actions,
    );
    assert.ok(audit.every(({ sealed }) => sealed));
    const ids = { customer_id: contact.customer_id, contact_id: contact.id };
    assert.deepEqual(events[1]?.payload, { ...ids, is_active: true, changed_fields: ['email', 'last_name'] });
    for (const canary of [email, 'Quillfeatherby']) {
      assert.deepEqual(await tablesHolding(server, canary), [], canary);
      assert.ok(!server.log().includes(canary), canary);
    }
  });
});

describe('deactivating a contact', () => {
  it('keeps it readable, can be repeated, and can be undone', async () => {
    const contact = await create();
    const { status, body } = await call('DELETE', `/${contact.id}`, { headers: { 'if-match': '"1"' } });
    assert.equal(status, 200);
    assert.deepEqual(body, {
      ...contact,
      is_active: false,
      sys_version: 2,
      sys_last_modified_at: body.sys_last_modified_at,
    });
    const repeated = await call('DELETE', `/${contact.id}`, { headers: { 'if-match': '"1"' } });
    assert.deepEqual([repeated.status, repeated.body], [200, body]);
    assert.deepEqual((await call('GET', `/${contact.id}`)).body, body);
    const { body: active } = await call('PUT', `/${contact.id}`, { body: { ...body, is_active: true } });
    assert.deepEqual([active.is_active, active.sys_version], [true, 3]);
  });

  it('refuses an outdated If-Match', async () => {
    const contact = await create();
    const answer = await call('DELETE', `/${contact.id}`, { headers: { 'if-match': '"7"' } });
    assertRefused(answer, 412, 'record.precondition.failed', 'If-Match');
  });

  it('lets no new payment method be put on file', async () => {
    const contact = await create();
    await call('DELETE', `/${contact.id}`);
    const answer = await server.call('POST', '/storedPaymentMethods/acme', {
      headers: bearer(acme),
      body: recordBody(acme, { contact_id: contact.id }),
    });
    assertRefused(answer, 409, 'record.reference.missing', 'contact_id');
  });
});

describe('contacts', () => {
  it('are listed page by page, those of the Customer API too', async () => {
    const many = await server.tenant('many');
    const { body: customer } = await server.call('POST', '/v1/customers/create', {
      headers: keyHeader(many),
      body: { firstName: 'Ada', lastName: 'Second' },
    });
    const { body: third } = await call('POST', '', { tenant: many, body: names });
    const list = (search: string) => call('GET', search, { tenant: many });
    const { body: all } = await list('');
    const ids = [many.contactId, customer.contactId, third.id];
    assert.deepEqual(
      all.Items.map((contact: { id: string }) => contact.id),
      ids,
    );
    assert.deepEqual(all.Items[2], third);
    assert.deepEqual([all.Count, 'LastEvaluatedKey' in all], [3, false]);
    const { body: page } = await list('?limit=2');
    assert.deepEqual([page.Count, page.LastEvaluatedKey], [2, customer.contactId]);
    const { body: rest } = await list(`?limit=2&exclusiveStartKey=${page.LastEvaluatedKey}`);
    assert.deepEqual(rest, { Count: 1, Items: [third] });
    assertRefused(await list('?limit=0'), 400, 'validation.range', 'limit');
    assertRefused(await list('?limit=501'), 400, 'validation.range', 'limit');
    assertRefused(await list('?fields=id'), 400, 'validation.unknown.field', 'fields');
  });

  it('of another tenant are answered like those that do not exist', async () => {
    for (const [method, body] of [['GET'], ['PUT', names], ['DELETE']] as const) {
      const absent = await call(method, '/nobody', { body });
      assertRefused(absent, 404, 'contact.not.found');
      assertSameRefusal(await call(method, `/${other.contactId}`, { body }), absent);
    }
    const { body: untouched } = await call('GET', `/${other.contactId}`, { tenant: other });
    assert.deepEqual([untouched.first_name, untouched.sys_version], ['Ada', 1]);
    const foreign = await server.call('GET', `/contacts/other/${other.contactId}`, { headers: bearer(acme) });
    const nowhere = await server.call('GET', `/contacts/nowhere/${other.contactId}`, { headers: bearer(acme) });
    assertRefused(foreign, 401, 'authentication.invalid');
    assertSameRefusal(foreign, nowhere);
  });

  it('need the scopes to read and to write them', async () => {
    const limited = await server.tenant('limited', { scopes: ['CUSTOMER_READ', 'CUSTOMER_WRITE'] });
    const path = `/${limited.contactId}`;
    for (const [method, at, scope] of [
      ['GET', '', 'CONTACT_READ'],
      ['GET', path, 'CONTACT_READ'],
      ['POST', '', 'CONTACT_WRITE'],
      ['PUT', path, 'CONTACT_WRITE'],
      ['DELETE', path, 'CONTACT_WRITE'],
    ] as const) {
      const body = method === 'POST' || method === 'PUT' ? names : undefined;
      const answer = await call(method, at, { tenant: limited, body });
      assert.deepEqual([answer.status, answer.body.args], [403, [scope]]);
    }
  });
});
