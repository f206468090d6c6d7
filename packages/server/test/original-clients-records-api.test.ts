import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { assertRefused } from './harness/assert-refused.ts';
import { assertAllCalled } from './harness/called-operations.ts';
import { useCard, withNewCustomer } from './harness/gateway.ts';
import { recordBody, visa } from './harness/main-job.ts';
import { operationsOf } from './harness/openapi-operations.ts';
import { type Call, recordsApiClient, withNulls } from './harness/original-clients.ts';
import { startTestServer, type TestServer, type TestTenant } from './harness/server.ts';
import { wholeBody } from './harness/stored-payment-method-fields.ts';

/** What is ours alone: no client of the original knows it. One that it does know must be called below. */
const ours = [
  'GET /storedPaymentMethods/{tenantId}/{id}/tokens',
  'GET /storedPaymentMethods/{tenantId}/{id}/history',
  'POST /storedPaymentMethods/{tenantId}/{id}/restore',
  'GET /storedPaymentMethods/{tenantId}/{id}/lock',
  'PUT /storedPaymentMethods/{tenantId}/{id}/lock',
  'DELETE /storedPaymentMethods/{tenantId}/{id}/lock',
  'POST /bulkDataOperations/{tenantId}',
  'POST /bulkDataOperations/{tenantId}/preview',
  'GET /bulkDataOperations/{tenantId}',
  'GET /bulkDataOperations/{tenantId}/{id}',
  'GET /bulkDataOperations/{tenantId}/{id}/conflicts',
  'POST /bulkDataOperations/{tenantId}/{id}/cancel',
  'POST /bulkDataOperations/{tenantId}/{id}/undo',
  'POST /contacts/{tenantId}',
  'GET /contacts/{tenantId}',
  'GET /contacts/{tenantId}/{contactId}',
  'PUT /contacts/{tenantId}/{contactId}',
  'DELETE /contacts/{tenantId}/{contactId}',
  'POST /contacts/{tenantId}/{contactId}/erasure',
  'GET /contacts/{tenantId}/{contactId}/erasure',
  'POST /merchantAccounts/{tenantId}',
  'GET /merchantAccounts/{tenantId}',
  'GET /merchantAccounts/{tenantId}/{merchantAccountId}',
  'PUT /merchantAccounts/{tenantId}/{merchantAccountId}',
  'DELETE /merchantAccounts/{tenantId}/{merchantAccountId}',
  'POST /bulkLoads/{tenantId}',
  'GET /bulkLoads/{tenantId}',
  'GET /bulkLoads/{tenantId}/{loadId}',
  'PUT /bulkLoads/{tenantId}/{loadId}/content',
  'POST /bulkLoads/{tenantId}/{loadId}/start',
  'POST /bulkLoads/{tenantId}/{loadId}/cancel',
  'GET /bulkLoads/{tenantId}/{loadId}/results',
  'GET /bulkLoads/{tenantId}/{loadId}/progress',
  'GET /storedPaymentMethods/{tenantId}/export',
  'POST /customFields/{tenantId}',
  'POST /customFields/{tenantId}/preview',
  'GET /customFields/{tenantId}',
  'GET /customFields/{tenantId}/{customFieldId}',
  'PUT /customFields/{tenantId}/{customFieldId}',
  'DELETE /customFields/{tenantId}/{customFieldId}',
  'POST /recalculations/{tenantId}',
  'GET /recalculations/{tenantId}',
  'GET /recalculations/{tenantId}/{recalculationId}',
  'GET /oauth/{tenantId}/jwks',
  'GET /events/{tenantId}',
  'POST /configurationSnapshots/{tenantId}',
  'GET /configurationSnapshots/{tenantId}',
  'GET /configurationSnapshots/{tenantId}/{snapshotId}',
  'DELETE /configurationSnapshots/{tenantId}/{snapshotId}',
  'GET /configurationSnapshots/{tenantId}/{snapshotId}/compare',
  'POST /configurationSnapshots/{tenantId}/{snapshotId}/restore',
  'POST /configurationSnapshots/{tenantId}/{snapshotId}/sandboxes',
  'GET /configurationSnapshotRestores/{tenantId}',
  'GET /configurationSnapshotRestores/{tenantId}/{restoreId}',
  'POST /configurationSnapshotRestores/{tenantId}/{restoreId}/cancel',
  'GET /configurationSnapshotRestores/{tenantId}/{restoreId}/conflicts',
  'POST /files/{tenantId}',
  'POST /files/{tenantId}/{id}/complete',
  'GET /files/{tenantId}/{id}',
];

const limit = 4;

let server: TestServer;
let strict: TestServer;
let club: TestTenant;
let service: ReturnType<typeof recordsApiClient>;
const calls: Call[] = [];

before(async () => {
  server = await startTestServer();
  strict = await startTestServer({ rateLimitPerMinute: limit }, server);
  club = await server.tenant('club');
  service = recordsApiClient(server.url, 'club', club, calls);
  await service.logInByJson();
});

after(async () => {
  await strict.stop();
  await server.stop();
});

const create = async (overrides: object = {}): Promise<Record<string, any>> => {
  const { status, body } = await service.create(recordBody(club, overrides));
  assert.equal(status, 201, JSON.stringify(body));
  return body;
};

/** A record but for what every version says of itself. */
const content = (record: Record<string, any>): object => ({
  ...record,
  sys_version: 0,
  sys_last_modified_at: '',
  sys_last_security_context: {},
});

describe('a client of the original Records API', () => {
  it('gets its token by form or as JSON, and sends it bare or with its scheme', async () => {
    const { id } = await create();
    for (const logIn of [service.logInByForm, service.logInByJson]) {
      assert.equal((await logIn()).body.expires_in, 86_400);
      assert.equal((await service.get(id)).status, 200);
    }
    const other = recordsApiClient(server.url, 'club', club, calls);
    await other.logInByForm();
    other.nameScheme();
    assert.equal((await other.get(id)).status, 200);
  });

  it('finds what it created by its id and by its contact', async () => {
    const ada = await withNewCustomer(server, club);
    const { body: whole } = await service.create(wholeBody(ada));
    const { expires: _, ...body } = recordBody(ada);
    const { body: least } = await service.create(withNulls(body));
    assert.deepEqual((await service.get(whole.id)).body, whole);
    assert.deepEqual((await service.byContact(ada.contactId)).body.Items, [whole, least]);
  });

  it('writes back what it read, timestamps and all, with null where there is nothing', async () => {
    for (const body of [wholeBody(club), recordBody(club)]) {
      const { body: created } = await service.create(body);
      const { body: read } = await service.get(created.id);
      const { status, body: written } = await service.put(read);
      assert.deepEqual([status, content(written)], [200, content(created)], JSON.stringify(written));
      const { body: again } = await service.put(withNulls({ ...written, name: 'Renamed' }));
      assert.deepEqual(content(again), content({ ...created, name: 'Renamed' }));
    }
  });

  it('writes back timestamps in another notation of the same instant, and without a version', async () => {
    const { sys_version: _, ...read } = await create();
    const withOffset = (stamp: string): string => stamp.replace('Z', '+00:00');
    const { status, body } = await service.put({
      ...read,
      name: 'Renamed',
      sys_created_at: withOffset(read['sys_created_at']),
      sys_last_modified_at: withOffset(read['sys_last_modified_at']),
    });
    assert.deepEqual([status, body.name, body.sys_created_at], [200, 'Renamed', read['sys_created_at']]);
  });

  it('patches as application/json', async () => {
    const { id } = await create({ sys_external_id: 'crm-9' });
    const { status, body } = await service.patch(id, [
      { op: 'replace', path: '/name', value: 'Renamed' },
      { op: 'remove', path: '/expires' },
      { op: 'add', path: '/custom_field_values', value: [{ custom_field_id: 'size__c', numeric_value: 7 }] },
    ]);
    assert.deepEqual([status, body.name, 'expires' in body, body.sys_version], [200, 'Renamed', false, 2]);
    assert.deepEqual((await service.get(id)).body, body);
  });

  it('makes a hundred changes at once and is told what became of each', async () => {
    const [kept, gone] = [await create(), await create()];
    const { body } = await service.batch([
      { method: 'PUT', id: kept['id'], body: { ...kept, name: 'Renamed' } },
      { method: 'PATCH', id: kept['id'], body: [{ op: 'remove', path: '/expires' }] },
      { method: 'DELETE', id: gone['id'] },
      { method: 'DELETE', id: 'spm_none' },
      ...Array.from({ length: 96 }, () => ({ method: 'POST', body: recordBody(club) })),
    ]);
    assert.deepEqual([body.success_count, body.error_count, body.results.length], [99, 1, 100]);
    const { body: read } = await service.get(kept['id']);
    assert.deepEqual([read.name, 'expires' in read, read.sys_version], ['Renamed', false, 3]);
  });

  it('lists page by page, all fields or some', async () => {
    const ada = await withNewCustomer(server, club);
    const made: Record<string, any>[] = [];
    for (let n = 0; n < 5; n++) made.push((await service.create(wholeBody(ada, { name: `n${n}` }))).body);
    const query = { contact_id: ada.contactId, limit: '2' };
    assert.deepEqual(await service.all(query), made);
    assert.deepEqual(
      await service.all({ ...query, fields: 'name,billing_address' }),
      made.map(({ id, name, billing_address: address }) => ({ id, name, billing_address: address })),
    );
    const { body: first } = await service.list({ ...query, limit: '5' });
    assert.deepEqual([first.Count, 'LastEvaluatedKey' in first], [5, false]);
  });

  it('deletes a record, which is then gone', async () => {
    const { id } = await create();
    assert.equal((await service.delete(id)).status, 200);
    assert.equal((await service.get(id)).status, 404);
  });
});

describe('a client of the original Records API is told in the one error body', () => {
  it('what is wrong with its request', async () => {
    const { id, ...record } = await create();
    assertRefused(await service.create({ ...record, id }), 400, 'validation.server.generated', 'id');
    assertRefused(
      await service.put({ ...record, id, last_four_digits: '42' }),
      400,
      'validation.length',
      'last_four_digits',
    );
    assertRefused(
      await service.put({ ...record, id, merchant_account_tokens: [] }),
      400,
      'validation.required',
      'merchant_account_tokens',
    );
    const many = Array.from({ length: 101 }, () => ({ method: 'DELETE', id }));
    assertRefused(await service.batch(many), 400, 'validation.length', 'operations');
  });

  it('that its token is missing, wrong or another tenant’s', async () => {
    const { id } = await create();
    const stranger = recordsApiClient(server.url, 'club', { clientId: 'none', clientSecret: 'none' }, calls);
    assertRefused(await stranger.get(id), 401, 'authentication.required');
    const refused = await stranger.logInByForm();
    assert.deepEqual([refused.status, refused.body.error], [401, 'invalid_client']);
    const other = recordsApiClient(server.url, 'club', await server.tenant('other'), calls);
    await other.logInByJson();
    const answer = await other.get(id);
    assertRefused(answer, 401, 'authentication.invalid');
    assert.ok(answer.headers.get('www-authenticate'));
  });

  it('that its client may do too little', async () => {
    const reading = await server.tenant('reading', { scopes: ['STORED_PAYMENT_METHOD_READ'] });
    const reader = recordsApiClient(server.url, 'reading', reading, calls);
    await reader.logInByJson();
    assertRefused(await reader.create(recordBody(reading)), 403, 'permission.denied');
  });

  it('that there is no such record, whatever it wants of it', async () => {
    const record = await create();
    assertRefused(await service.get('spm_none'), 404, 'record.not.found');
    assertRefused(await service.put({ ...record, id: 'spm_none' }), 404, 'record.not.found');
    assertRefused(await service.patch('spm_none', [{ op: 'remove', path: '/expires' }]), 404, 'record.not.found');
    assertRefused(await service.delete('spm_none'), 404, 'record.not.found');
  });

  it('that a reference is missing, that dependents exist, or that another was quicker', async () => {
    const missing = await service.create(recordBody(club, { contact_id: 'nobody' }));
    assertRefused(missing, 409, 'record.reference.missing', 'contact_id');
    const { storedPaymentMethodId } = await useCard(server, await withNewCustomer(server, club), visa);
    assertRefused(await service.delete(storedPaymentMethodId), 409, 'record.in.use');
    const record = await create();
    assert.equal((await service.put({ ...record, name: 'Renamed' })).status, 200);
    assertRefused(await service.put({ ...record, name: 'Late' }), 409, 'record.version.conflict', 'sys_version');
  });

  it('that it asked too often, and when it may again', async () => {
    const { id } = await create();
    const hurried = recordsApiClient(strict.url, 'club', club, calls);
    await hurried.logInByJson();
    for (let n = 0; n < limit; n++) assert.equal((await hurried.get(id)).status, 200);
    const denied = await hurried.get(id);
    assertRefused(denied, 429, 'rate.limit.exceeded');
    assert.ok(Number(denied.headers.get('retry-after')) > 0);
  });
});

describe('the client of the original', () => {
  it('went through every operation of the Records API and its tokens, but for those that are ours', async () => {
    const operations = (await operationsOf(server)).filter(({ tag }) => tag === 'Records API' || tag === 'Access');
    assertAllCalled(operations, calls, ours);
  });
});
