import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { assertRefused } from './harness/assert-refused.ts';
import { bearer, createRecord, getRecord, recordBody } from './harness/main-job.ts';
import { type Answer, startTestServer, type TestServer, type TestTenant } from './harness/server.ts';
import { wholeBody } from './harness/stored-payment-method-fields.ts';

let server: TestServer;
let acme: TestTenant;

before(async () => {
  server = await startTestServer();
  acme = await server.tenant('acme');
});

after(() => server.stop());

const create = (body: unknown, headers = {}): Promise<Answer> =>
  server.call('POST', '/storedPaymentMethods/acme', { headers: { ...bearer(acme), ...headers }, body });

function page(contactId: string, query: Record<string, string> = {}): Promise<Answer> {
  const path = `/storedPaymentMethods/acme/contact/${contactId}?${new URLSearchParams(query).toString()}`;
  return server.call('GET', path, { headers: bearer(acme) });
}

async function newContact(): Promise<string> {
  const body = { first_name: 'Grace', last_name: 'Hopper' };
  return (await server.call('POST', '/contacts/acme', { headers: bearer(acme), body })).body.id;
}

describe('creating a record', () => {
  it('answers 201 with the record, its version and where it is', async () => {
    const { status, headers, body } = await create(wholeBody(acme));
    assert.equal(status, 201);
    assert.match(body.id, /^[\w|-]+$/);
    assert.deepEqual([body.sys_version, headers.get('etag')], [1, '"1"']);
    assert.equal(body.sys_created_at, body.sys_last_modified_at);
    assert.deepEqual([body.sys_created_by_id, body.sys_last_modified_by_id], [acme.clientId, acme.clientId]);
    const location = headers.get('location') ?? '';
    assert.equal(location, `/storedPaymentMethods/acme/${body.id}`);
    const read = await server.call('GET', location, { headers: bearer(acme) });
    assert.deepEqual([read.status, read.body, read.headers.get('etag')], [200, body, '"1"']);
  });

  it('needs the required fields only', async () => {
    const { expires: _, ...least } = recordBody(acme);
    const { status, body } = await create(least);
    assert.equal(status, 201);
    assert.equal('expires' in body, false);
    for (const field of Object.keys(least)) {
      assertRefused(await create({ ...least, [field]: undefined }), 400, 'validation.required', field);
    }
  });

  it('takes a record that was read, but for its id', async () => {
    const record = await createRecord(server, acme, wholeBody(acme));
    assertRefused(await create(record), 400, 'validation.server.generated', 'id');
    const { status, body } = await create({ ...record, id: null, sys_external_id: null, sys_version: 17 });
    assert.deepEqual([status, body.sys_version], [201, 1]);
    assert.notEqual(body.sys_created_at, record.sys_created_at);
  });

  it('under one Idempotency-Key makes one record, and answers the same again', async () => {
    const headers = { 'idempotency-key': 'create-once' };
    const body = wholeBody(acme);
    const [first, again] = [await create(body, headers), await create(body, headers)];
    assert.deepEqual([again.status, again.body], [201, first.body]);
    for (const name of ['etag', 'location', 'content-type']) {
      assert.equal(again.headers.get(name), first.headers.get(name), name);
    }
    assertRefused(await create({ ...body, name: 'Other' }, headers), 422, 'idempotency.key.reused', 'Idempotency-Key');
  });
});

describe('reading a record', () => {
  it('that does not exist is 404', async () => {
    for (const id of ['spm_none', '0', 'a%20b', '%F0%9F%92%B3', "a'b", 'x'.repeat(500)]) {
      assertRefused(await getRecord(server, acme, id), 404, 'record.not.found');
    }
  });

  it('takes no query', async () => {
    const record = await createRecord(server, acme);
    assertRefused(await getRecord(server, acme, `${record.id}?fields=id`), 400, 'validation.unknown.field', 'fields');
  });
});

describe('the records of a contact', () => {
  it('come page by page, each once, whatever is added meanwhile', async () => {
    const contact = await newContact();
    const mine = { contact_id: contact };
    const known: string[] = [];
    for (let n = 0; n < 5; n++) known.push((await createRecord(server, acme, mine)).id);
    const read: string[] = [];
    let key: string | undefined;
    do {
      const [answer] = await Promise.all([
        page(contact, { limit: '1', ...(key === undefined ? {} : { exclusiveStartKey: key }) }),
        read.length < 5 ? createRecord(server, acme, mine) : undefined,
      ]);
      assert.equal(answer.status, 200);
      assert.equal(answer.body.Count, answer.body.Items.length);
      read.push(...answer.body.Items.map(({ id }: { id: string }) => id));
      key = answer.body.LastEvaluatedKey;
    } while (key !== undefined);
    assert.equal(new Set(read).size, read.length);
    assert.deepEqual(read.slice(0, 5), known);
    assert.equal(read.length, 10);
  });

  it('are the same that are read one by one', async () => {
    const contact = await newContact();
    const record = await createRecord(server, acme, wholeBody(acme, { contact_id: contact }));
    const { body } = await page(contact);
    assert.deepEqual(body, { Count: 1, Items: [record] });
  });

  it('are none for a contact that has none, and for one that does not exist', async () => {
    const none = { Count: 0, Items: [] };
    assert.deepEqual((await page(await newContact())).body, none);
    assert.deepEqual((await page('none')).body, none);
  });

  it('come 100 at a time unless the caller says how many, from 1 to 500', async () => {
    const contact = await newContact();
    await Promise.all(Array.from({ length: 101 }, () => createRecord(server, acme, { contact_id: contact })));
    const { body } = await page(contact);
    assert.deepEqual([body.Count, typeof body.LastEvaluatedKey], [100, 'string']);
    const rest = await page(contact, { exclusiveStartKey: body.LastEvaluatedKey });
    assert.deepEqual([rest.body.Count, rest.body.LastEvaluatedKey], [1, undefined]);
    assert.equal((await page(contact, { limit: '101' })).body.LastEvaluatedKey, undefined);
    for (const limit of ['0', '501', '-1', '1.5', 'ten', '', '1e2']) {
      const answer = await page(contact, { limit });
      assert.deepEqual([answer.status, answer.body.reference], [400, 'limit'], limit);
    }
  });
});
