import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { OnfileError } from '../src/errors.ts';
import { assertRefused } from './harness/assert-refused.ts';
import { useCard, withNewCustomer } from './harness/gateway.ts';
import { query } from './harness/look-inside.ts';
import { bearer, createRecord, getRecord, recordBody, visa } from './harness/main-job.ts';
import { type Answer, startTestServer, type TestServer, type TestTenant } from './harness/server.ts';
import { wholeBody } from './harness/stored-payment-method-fields.ts';

let server: TestServer;
let acme: TestTenant;
let other: TestTenant;
let reader: TestTenant;

before(async () => {
  server = await startTestServer();
  acme = await server.tenant('acme');
  other = await server.tenant('other');
  reader = await server.tenant('reader', { scopes: ['STORED_PAYMENT_METHOD_READ'] });
});

after(() => server.stop());

type Operation = { method: string; id?: string; body?: unknown };

const batch = (operations: unknown, headers: Record<string, string> = {}, tenant = acme): Promise<Answer> =>
  server.call('POST', `/storedPaymentMethods/${tenant.tenantId}/batch`, {
    headers: { ...bearer(tenant), ...headers },
    body: { operations },
  });

const rename = (id: string, name: string): Operation => ({
  method: 'PATCH',
  id,
  body: [{ op: 'replace', path: '/name', value: name }],
});

/** Status, error and reference of each result. */
const told = ({ body }: Answer): unknown[] =>
  body.results.map((result: any) => [
    result.status,
    result.error?.errorCode.replace('errormessage.', ''),
    result.error?.reference,
  ]);

describe('a batch', () => {
  it('does each operation as it would be done by itself, and answers each in its place', async () => {
    const [replaced, patched, deleted] = [
      await createRecord(server, acme, wholeBody(acme)),
      await createRecord(server, acme),
      await createRecord(server, acme),
    ];
    const { status, body } = await batch([
      { method: 'POST', body: recordBody(acme, { name: 'New', expires: null }) },
      { method: 'PUT', id: replaced.id, body: { ...replaced, name: 'Replaced', billing_address: null } },
      { method: 'PATCH', id: patched.id, body: [{ op: 'replace', path: '/expires', value: null }] },
      { method: 'DELETE', id: deleted.id },
    ]);
    assert.equal(status, 200, JSON.stringify(body));
    assert.deepEqual([body.error_count, body.success_count], [0, 4]);
    assert.deepEqual(
      body.results.map((result: any) => [result.status, result.id, result.body.sys_version]),
      [
        [201, body.results[0].id, 1],
        [200, replaced.id, 2],
        [200, patched.id, 2],
        [200, deleted.id, 2],
      ],
    );
    for (const result of body.results.slice(0, 3)) {
      assert.deepEqual((await getRecord(server, acme, result.id)).body, result.body);
    }
    assert.equal('expires' in body.results[2].body, false);
    assertRefused(await getRecord(server, acme, deleted.id), 404, 'record.not.found');
  });

  it('goes on after one that fails, and says of each what is wrong', async () => {
    const ada = await withNewCustomer(server, acme);
    const { storedPaymentMethodId: billed } = await useCard(server, ada, visa);
    const record = await createRecord(server, acme);
    const locked = await createRecord(server, acme, { sys_locked: true });
    const answer = await batch([
      rename(record.id, 'First'),
      { method: 'PUT', id: record.id, body: { ...record, name: 'Stale' } },
      { method: 'PUT', id: record.id, body: { ...record, id: 'another' } },
      { method: 'PUT', id: record.id, body: { id: record.id } },
      { method: 'PUT', id: record.id },
      { method: 'POST', id: record.id, body: recordBody(acme) },
      { method: 'POST', body: recordBody(acme, { name: visa }) },
      { method: 'POST', body: 'text' },
      { method: 'PATCH', id: record.id, body: [{ op: 'test', path: '/name', value: 'no' }] },
      { method: 'PATCH', id: record.id, body: {} },
      { method: 'PATCH', body: [] },
      { method: 'DELETE', id: record.id, body: {} },
      { method: 'DELETE', id: billed },
      { method: 'DELETE', id: locked.id },
      rename('spm_none', 'a'),
      rename(record.id, 'Last'),
    ]);
    assert.equal(answer.status, 200);
    assert.deepEqual(told(answer), [
      [200, undefined, undefined],
      [409, 'record.version.conflict', 'sys_version'],
      [400, 'validation.id.mismatch', 'id'],
      [400, 'validation.required', 'contact_id'],
      [400, 'validation.required', 'contact_id'],
      [400, 'validation.server.generated', 'id'],
      [400, 'card.number.found', 'name'],
      [400, 'validation.type', undefined],
      [409, 'patch.test.failed', 'name'],
      [400, 'validation.type', undefined],
      [400, 'validation.required', 'id'],
      [400, 'validation.unknown.field', 'body'],
      [409, 'record.in.use', undefined],
      [409, 'record.locked', undefined],
      [404, 'record.not.found', undefined],
      [200, undefined, undefined],
    ]);
    assert.deepEqual([answer.body.error_count, answer.body.success_count], [14, 2]);
    const { errorMessage, traceId, args } = answer.body.results[1].error;
    assert.match(errorMessage, /version 2 is current/);
    assert.match(traceId, /^\d+$/);
    assert.deepEqual(args, ['2', 'name']);
    const { body } = await getRecord(server, acme, record.id);
    assert.deepEqual([body.name, body.sys_version], ['Last', 3]);
    assert.equal((await getRecord(server, acme, billed)).body.sys_deleted_by_id, acme.clientId);
  });

  it('does what belongs to one record in the order given', async () => {
    const record = await createRecord(server, acme, { sys_external_id: 'crm-9' });
    const names = Array.from({ length: 20 }, (_, n) => `Name ${n}`);
    const answer = await batch([
      ...names.map((name) => rename(record.id, name)),
      { method: 'DELETE', id: record.id },
      rename(record.id, 'too late'),
      { method: 'POST', body: recordBody(acme, { sys_external_id: 'crm-9' }) },
    ]);
    assert.deepEqual(
      answer.body.results.slice(0, 20).map((result: any) => [result.body.name, result.body.sys_version]),
      names.map((name, n) => [name, n + 2]),
    );
    assert.deepEqual(
      answer.body.results.slice(20).map(({ status }: { status: number }) => status),
      [200, 404, 201],
    );
  });

  it('tells its errors in the caller’s language', async () => {
    const { body } = await batch([rename('spm_none', 'a')], { 'accept-language': 'de' });
    assert.match(body.results[0].error.errorMessage, /nicht gefunden/);
  });

  it('reaches no record of another tenant', async () => {
    const theirs = await createRecord(server, other);
    const [one, none] = [
      await batch([rename(theirs.id, 'a'), { method: 'DELETE', id: theirs.id }]),
      await batch([rename('spm_none', 'a'), { method: 'DELETE', id: 'spm_none' }]),
    ];
    assert.deepEqual(told(one), told(none));
    assert.deepEqual((await getRecord(server, other, theirs.id)).body, theirs);
  });

  it('has from 1 to 100 operations that are well-formed, or none of it is done', async () => {
    const record = await createRecord(server, acme);
    const good = rename(record.id, 'Renamed');
    assertRefused(await batch([]), 400, 'validation.required', 'operations');
    assertRefused(await batch(Array(101).fill(good)), 400, 'validation.length', 'operations');
    assertRefused(
      await batch([good, { method: 'GET', id: record.id }]),
      400,
      'validation.allowed.values',
      'operations[1].method',
    );
    assertRefused(await batch([good, { ...good, path: '/' }]), 400, 'validation.unknown.field', 'operations[1].path');
    assertRefused(await batch([good, { id: record.id }]), 400, 'validation.required', 'operations[1].method');
    assert.deepEqual((await getRecord(server, acme, record.id)).body, record);
    assertRefused(await batch([good], {}, reader), 403, 'permission.denied');
  });
});

describe('a batch under an Idempotency-Key', () => {
  const post = (name: string): Operation => ({ method: 'POST', body: recordBody(acme, { name }) });
  const named = (name: string) =>
    query(server, `SELECT 1 FROM stored_payment_methods WHERE sys_external_id = $1`, [name]);

  it('is done once and answered the same again, failures included', async () => {
    const headers = { 'idempotency-key': 'batch-once' };
    const operations = [post('One'), rename('spm_none', 'a'), post('Two')];
    const [first, again] = [await batch(operations, headers), await batch(operations, headers)];
    assert.deepEqual([again.status, again.body], [200, first.body]);
    assert.equal(again.headers.get('idempotency-replayed'), 'true');
    assertRefused(await batch([post('One')], headers), 422, 'idempotency.key.reused', 'Idempotency-Key');
  });

  it('that was cut off is completed when it is sent again, and nothing is done twice', async () => {
    const headers = { 'idempotency-key': 'batch-cut' };
    const operations = ['cut-1', 'cut-2', 'cut-3'].map((id) => ({
      method: 'POST',
      body: recordBody(acme, { sys_external_id: id }),
    }));
    const changeRecord = server.services.changeRecord.bind(server.services);
    server.services.changeRecord = (tenantId, change) => {
      if (change.record.sys_external_id !== 'cut-3') return changeRecord(tenantId, change);
      throw new OnfileError('errormessage.unavailable');
    };
    const cut = await batch(operations, headers);
    server.services.changeRecord = changeRecord;
    assert.equal(cut.status, 503);
    const whole = await batch(operations, headers);
    assert.deepEqual([whole.status, whole.body.success_count], [200, 3], JSON.stringify(whole.body));
    for (const id of ['cut-1', 'cut-2', 'cut-3']) assert.equal((await named(id)).length, 1, id);
    const ids = whole.body.results.map(({ id }: { id: string }) => id);
    assert.equal(new Set(ids).size, 3);
  });
});
