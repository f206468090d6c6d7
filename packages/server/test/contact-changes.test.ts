import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { assertRefused } from './harness/assert-refused.ts';
import { callContacts, names, wholeContact } from './harness/contacts.ts';
import { auditOf, eventsOf, query, tablesHolding } from './harness/look-inside.ts';
import { bearer, keyHeader, recordBody } from './harness/main-job.ts';
import { type Answer, startTestServer, type TestServer, type TestTenant } from './harness/server.ts';

let server: TestServer;
let acme: TestTenant;

before(async () => {
  server = await startTestServer();
  acme = await server.tenant('acme');
});

after(() => server.stop());

type Options = { body?: unknown; headers?: Record<string, string> };

const call = (method: string, path: string, options: Options = {}): Promise<Answer> =>
  callContacts(server, acme, method, path, options);

const create = async () => (await call('POST', '', { body: wholeContact })).body;

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
    assert.deepEqual(stale.body.args, ['2', 'phone number']);
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
      const answer = await callContacts(server, careful, method, path, { body });
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
      assert.deepEqual(
        answers.map(({ status }) => status).toSorted((a, b) => a - b),
        [200, code, code, code],
      );
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
