import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { assertRefused, assertSameRefusal } from './harness/assert-refused.ts';
import { callContacts, names, wholeContact } from './harness/contacts.ts';
import { query } from './harness/look-inside.ts';
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

type Options = { body?: unknown; headers?: Record<string, string> };

const call = (method: string, path: string, options: Options = {}): Promise<Answer> =>
  callContacts(server, acme, method, path, options);

const count = () => query(server, 'SELECT count(*), sum(version) FROM customers');

const create = async () => (await call('POST', '', { body: wholeContact })).body;

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
    const countBefore = await count();
    const cases: [reference: string, fields: object, code: string][] = [
      ['first_name', { first_name: undefined }, 'validation.required'],
      ['last_name', { last_name: '' }, 'validation.required'],
      ['date_of_birth', { date_of_birth: '2990-01-01' }, 'validation.value'],
      ['date_of_birth', { date_of_birth: '1986-13-01' }, 'validation.format'],
      ['email', { email: 'a b@example.com' }, 'validation.format'],
      ['preferred_language', { preferred_language: '?' }, 'validation.value'],
      ['status', { status: 'GUEST' }, 'validation.allowed.values'],
      ['phone', { phone: '1'.repeat(51) }, 'validation.length'],
      ['firstName', { firstName: 'Grace' }, 'validation.unknown.field'],
      ['address.line2', { address: { line2: 'x' } }, 'validation.unknown.field'],
      ['address.city', { address: { city: 5 } }, 'validation.type'],
      ['address.country', { address: { country: 'XX' } }, 'validation.format'],
      ['address.line1', { address: { line1: 'card 4242-4242-4242-4242' } }, 'card.number.found'],
      ['sys_external_id', { sys_external_id: '4242424242424242' }, 'card.number.found'],
      ['sys_created_at', { sys_created_at: 'yesterday' }, 'validation.format'],
      ['sys_last_modified_at', { sys_last_modified_at: 5 }, 'validation.type'],
      ['sys_version', { sys_version: 1.5 }, 'validation.type'],
      ['customer_id', { customer_id: 'x' }, 'validation.type'],
      ...Object.keys(wholeContact).map((field): [string, object, string] => [
        field,
        { [field]: [] },
        'validation.type',
      ]),
    ];
    for (const [reference, fields, code] of cases) {
      assertRefused(await call('POST', '', { body: { ...names, ...fields } }), 400, code, reference);
      const replaced = await call('PUT', `/${contact.id}`, { body: { ...names, ...fields } });
      assertRefused(replaced, 400, code, reference);
    }
    assert.deepEqual(await count(), countBefore);
  });

  it('happens once for one Idempotency-Key', async () => {
    const options = { body: wholeContact, headers: { 'idempotency-key': 'create-contact' } };
    const first = await call('POST', '', options);
    const again = await call('POST', '', options);
    assert.deepEqual(
      [again.status, again.headers.get('etag'), again.headers.get('idempotency-replayed')],
      [201, '"1"', 'true'],
    );
    assert.deepEqual(again.body, first.body);
  });
});

describe('contacts', () => {
  it('are listed page by page, those of the Customer API too', async () => {
    const many = await server.tenant('many');
    const { body: customer } = await server.call('POST', '/v1/customers/create', {
      headers: keyHeader(many),
      body: { firstName: 'Ada', lastName: 'Second' },
    });
    const { body: third } = await callContacts(server, many, 'POST', '', { body: names });
    const list = (search: string) => callContacts(server, many, 'GET', search);
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
    const { body: untouched } = await callContacts(server, other, 'GET', `/${other.contactId}`);
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
      const answer = await callContacts(server, limited, method, at, { body });
      assert.deepEqual([answer.status, answer.body.args], [403, [scope]]);
    }
  });
});
