import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { runBackgroundTasks } from './harness/background-tasks.ts';
import { finish, operate, rename, undoOperation } from './harness/bulk-data-operations.ts';
import { load } from './harness/bulk-loads.ts';
import { capture, orderSandbox, payeeOf, restore } from './harness/configuration-snapshots.ts';
import { defineField } from './harness/custom-fields.ts';
import { fileValue, storeFile, sweep } from './harness/files.ts';
import { bearer, createRecord, getRecord, putRecord, recordBody } from './harness/main-job.ts';
import { startTestServer, type TestServer, type TestTenant } from './harness/server.ts';

const day = 86_400_000;

describe('a field of the system that machinery sets', () => {
  let server: TestServer;
  let acme: TestTenant;

  before(async () => {
    server = await startTestServer();
    acme = await server.tenant('acme');
  });
  after(() => server.stop());

  const read = async (id: string): Promise<Record<string, any>> => (await getRecord(server, acme, id)).body;
  const find = async (externalId: string): Promise<Record<string, any>> => {
    const path = `/storedPaymentMethods/acme?sys_external_id=${externalId}`;
    return (await server.call('GET', path, { headers: bearer(acme) })).body.Items[0];
  };
  /** Loads two rows, of which the second gets this external id. */
  async function loaded(externalId: string, changes: object = {}) {
    const rows = [recordBody(acme), recordBody(acme, { sys_external_id: externalId, ...changes })];
    const file = rows.map((row) => JSON.stringify(row)).join('\n');
    const done = await load(server, acme, file, { format: 'ndjson', source_file: 'members.ndjson' });
    return { done, record: await find(externalId) };
  }
  const renamed = async (record: Record<string, any>, name: string) =>
    operate(server, acme, {
      kind: 'change',
      filter: { sys_external_id: record['sys_external_id'] },
      patch: rename(name),
    });

  it('sys_bulk_load_at is when the load wrote the record, and stays when somebody changes it', async () => {
    const { done, record } = await loaded('at');
    assert.ok(done['started_at'] <= record['sys_bulk_load_at'] && record['sys_bulk_load_at'] <= done['ended_at']);
    const { body } = await putRecord(server, acme, {
      ...record,
      name: 'By hand',
      sys_bulk_load_at: '2020-01-01T00:00:00Z',
    });
    assert.equal(body.sys_bulk_load_at, record['sys_bulk_load_at']);
  });

  it('sys_bulk_load_id is the load that wrote the record last', async () => {
    const first = await loaded('id');
    assert.equal(first.record['sys_bulk_load_id'], first.done['id']);
    const second = await loaded('id', { name: 'Loaded again' });
    assert.equal(second.record['sys_bulk_load_id'], second.done['id']);
    const third = await loaded('id', { name: 'Loaded again' });
    assert.equal(third.record['sys_bulk_load_id'], second.done['id'], 'what changes nothing writes nothing');
  });

  it('sys_bulk_load_pk is the tenant and the load', async () => {
    const { done, record } = await loaded('pk');
    assert.equal(record['sys_bulk_load_pk'], `acme|${done['id']}`);
  });

  it('sys_bulk_load_record_no is the row in the file, counted from 1', async () => {
    assert.equal((await loaded('no')).record['sys_bulk_load_record_no'], 2);
  });

  it('sys_bulk_load_source_file is what the load was told that its file is called', async () => {
    assert.equal((await loaded('file')).record['sys_bulk_load_source_file'], 'members.ndjson');
  });

  it('sys_calculated_field_error tells of a calculation that failed, though the record was saved, until it works', async () => {
    await defineField(server, acme, {
      id: 'area__c',
      type: 'string',
      calculation: 'record.billing_address.postal_code',
    });
    const failed = await createRecord(server, acme, { name: 'Nowhere' });
    assert.match(failed.sys_calculated_field_error, /^area__c: /);
    const mended = await putRecord(server, acme, { ...failed, billing_address: { postal_code: 'SW1A' } });
    assert.equal('sys_calculated_field_error' in mended.body, false);
  });

  it('sys_calculated_field_errors names each field whose calculation failed, until it works', async () => {
    const failed = await createRecord(server, acme);
    assert.deepEqual(
      failed.sys_calculated_field_errors.map(({ field }: { field: string }) => field),
      ['area__c'],
    );
    const mended = await putRecord(server, acme, { ...failed, billing_address: { postal_code: 'SW1A' } });
    assert.equal('sys_calculated_field_errors' in mended.body, false);
    assert.deepEqual(mended.body.custom_field_values, [{ custom_field_id: 'area__c', string_value: 'SW1A' }]);
  });

  it('sys_configuration_snapshot_id is the snapshot that was restored onto the record', async () => {
    const record = await createRecord(server, acme, { name: 'Before' });
    const snapshot = await capture(server, acme);
    await putRecord(server, acme, { ...record, name: 'After' });
    assert.equal('sys_configuration_snapshot_id' in (await read(record.id)), false);
    await restore(server, acme, snapshot['id'], { with_records: true });
    const { name, sys_configuration_snapshot_id } = await read(record.id);
    assert.deepEqual([name, sys_configuration_snapshot_id], ['Before', snapshot['id']]);
  });

  it('sys_snapshot_base_version is the version that a sandbox begins its copy with, and 1 when it is not set', async () => {
    const based = await createRecord(server, acme, { sys_snapshot_base_version: 7 });
    const plain = await createRecord(server, acme);
    const snapshot = await capture(server, acme);
    const { sandbox } = await orderSandbox(server, acme, snapshot['id'], {
      tenant_id: 'acme-sandbox',
      with_records: true,
    });
    await runBackgroundTasks(server, 'acme');
    const payee = await payeeOf(server, acme, sandbox);
    const versions = await Promise.all(
      [based.id, plain.id].map(async (id) => (await getRecord(server, payee, id)).body.sys_version),
    );
    assert.deepEqual(versions, [7, 1]);
  });

  it('sys_last_bulk_data_operation_id is the operation that changed the record, or undid a change', async () => {
    const record = await createRecord(server, acme, { sys_external_id: 'operated' });
    const operation = await renamed(record, 'In bulk');
    assert.equal((await read(record.id))['sys_last_bulk_data_operation_id'], operation['id']);
    const undo = await finish(server, acme, undoOperation(server, acme, operation['id']));
    assert.equal((await read(record.id))['sys_last_bulk_data_operation_id'], undo['id']);
  });

  it('sys_last_bulk_data_operation_sys_version is the version that the operation made, whatever came after', async () => {
    const record = await createRecord(server, acme, { sys_external_id: 'operated-at' });
    await renamed(record, 'In bulk');
    const changed = await read(record.id);
    assert.equal(changed['sys_last_bulk_data_operation_sys_version'], '2');
    const { body } = await putRecord(server, acme, { ...changed, name: 'By hand' });
    assert.deepEqual([body.sys_version, body.sys_last_bulk_data_operation_sys_version], [3, '2']);
  });
});

describe('a field of the system that files set', () => {
  let server: TestServer;
  let acme: TestTenant;

  before(async () => {
    server = await startTestServer();
    acme = await server.tenant('acme');
  });
  after(() => server.stop());

  it('sys_has_files_in_s3 is true from the write that refers to a file until that file is destroyed', async () => {
    const file = await storeFile(server, acme);
    const record = await createRecord(server, acme);
    assert.notEqual(record.sys_has_files_in_s3, true);
    const { body } = await putRecord(server, acme, { ...record, custom_field_values: [fileValue(file)] });
    assert.equal(body.sys_has_files_in_s3, true, JSON.stringify(body));
    const without = await putRecord(server, acme, { ...body, custom_field_values: [] });
    assert.equal(without.body.sys_has_files_in_s3, true, 'an earlier version can be restored, file and all');
    server.clock.advance(31 * day);
    await sweep(server, acme);
    // The token that it had is over.
    const { body: access } = await server.call('POST', '/oauth/token', {
      body: { grant_type: 'client_credentials', client_id: acme.clientId, client_secret: acme.clientSecret },
    });
    const later = { ...acme, accessToken: access.access_token };
    assert.notEqual((await getRecord(server, later, record.id)).body.sys_has_files_in_s3, true);
  });
});
