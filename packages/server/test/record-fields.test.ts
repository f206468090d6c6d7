import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { scopes } from '../src/contract/scopes.ts';
import {
  bearer,
  createRecord,
  enterCard,
  getRecord,
  keyHeader,
  putRecord,
  recordBody,
  replaceInstrument,
} from './harness/main-job.ts';
import { startTestServer, type TestServer, type TestTenant } from './harness/server.ts';

describe('a field of the system that the server or the caller sets', () => {
  let server: TestServer;
  let acme: TestTenant;

  before(async () => {
    server = await startTestServer();
    acme = await server.tenant('acme');
  });
  after(() => server.stop());

  const read = async (id: string) => (await getRecord(server, acme, id)).body;
  const remove = (id: string) => server.call('DELETE', `/storedPaymentMethods/acme/${id}`, { headers: bearer(acme) });

  it('sys_created_at is when the record was created, and stays', async () => {
    const from = server.clock.now().toISOString();
    const record = await createRecord(server, acme);
    const { body } = await putRecord(server, acme, { ...record, name: 'Later' });
    assert.ok(from <= record.sys_created_at && record.sys_created_at <= server.clock.now().toISOString());
    assert.equal(body.sys_created_at, record.sys_created_at);
  });

  it('sys_created_by_id is who created it, and stays when another changes it', async () => {
    const token = await enterCard(server, acme);
    const { body } = await replaceInstrument(server, acme, token);
    const record = await read(body.storedPaymentMethodId);
    const changed = await putRecord(server, acme, { ...record, name: 'By the client' });
    assert.deepEqual(
      [record.sys_created_by_id, changed.body.sys_created_by_id, changed.body.sys_last_modified_by_id],
      [acme.apiKeyId, acme.apiKeyId, acme.clientId],
    );
  });

  it('sys_deleted_by_id is who deleted it, and who tried to and was refused', async () => {
    const locked = await createRecord(server, acme, { sys_locked: true });
    assert.equal((await remove(locked.id)).status, 409);
    const { sys_deleted_by_id, sys_version } = await read(locked.id);
    assert.deepEqual([sys_deleted_by_id, sys_version], [acme.clientId, 1]);
    const free = await createRecord(server, acme);
    assert.equal((await remove(free.id)).body.sys_deleted_by_id, acme.clientId);
  });

  it('sys_directive is obeyed once, and neither kept nor returned', async () => {
    const record = await createRecord(server, acme);
    const dry = await putRecord(server, acme, { ...record, name: 'Never', sys_directive: 'dry-run' });
    assert.deepEqual([dry.status, dry.body.name, 'sys_directive' in dry.body], [200, 'Never', false]);
    const kept = await read(record.id);
    assert.deepEqual([kept.name, kept.sys_version, 'sys_directive' in kept], [record.name, 1, false]);
  });

  it('sys_external_id is what the caller says, one record of the tenant at a time', async () => {
    const { id, ...record } = await createRecord(server, acme, { sys_external_id: 'crm-1' });
    assert.equal(record.sys_external_id, 'crm-1');
    const second = await server.call('POST', '/storedPaymentMethods/acme', {
      headers: bearer(acme),
      body: recordBody(acme, { sys_external_id: 'crm-1' }),
    });
    assert.deepEqual([second.status, second.body.reference], [409, 'sys_external_id']);
    assert.equal((await read(id)).sys_external_id, 'crm-1');
  });

  it('sys_last_modified_at grows with each version, even when the clock stands still', async () => {
    const record = await createRecord(server, acme);
    const second = await putRecord(server, acme, { ...record, name: 'Second' });
    const third = await putRecord(server, acme, { ...second.body, name: 'Third' });
    const [one = 0, two = 0, three = 0] = [record, second.body, third.body].map((version) =>
      Date.parse(version.sys_last_modified_at),
    );
    assert.ok(one < two && two < three);
  });

  it('sys_last_modified_by_id is who made the version', async () => {
    const token = await enterCard(server, acme);
    const { body } = await replaceInstrument(server, acme, token);
    const record = await read(body.storedPaymentMethodId);
    assert.equal(record.sys_last_modified_by_id, acme.apiKeyId);
    const changed = await putRecord(server, acme, { ...record, name: 'By the client' });
    assert.equal(changed.body.sys_last_modified_by_id, acme.clientId);
  });

  it('sys_last_security_context says who wrote last, how they were known, with what scopes, from where', async () => {
    const headers = { 'x-datadog-trace-id': '7040701', 'x-datadog-parent-id': '1' };
    const record = await createRecord(server, acme);
    const put = await putRecord(server, acme, { ...record, name: 'Traced' }, { headers });
    assert.deepEqual(put.body.sys_last_security_context, {
      action: 'stored_payment_method.replaced',
      actor: acme.clientId,
      method: 'client',
      scopes: [...scopes],
      address: '127.0.0.1',
      trace_id: '7040701',
    });
    const token = await enterCard(server, acme);
    const { body } = await replaceInstrument(server, acme, token, { headers: keyHeader(acme) });
    const context = (await read(body.storedPaymentMethodId)).sys_last_security_context;
    assert.deepEqual([context.method, context.actor], ['api-key', acme.apiKeyId]);
    const deleted = (await remove(record.id)).body.sys_last_security_context;
    assert.equal(deleted.action, 'stored_payment_method.deleted');
  });

  it('goes back as it is when the caller’s address looks like a card number', async () => {
    const proxied = await startTestServer({ trustedProxies: ['loopback'] });
    try {
      const shop = await proxied.tenant('shop');
      const address = '2606:4700:1005:1185:1035:1:2:3';
      const record = await createRecord(proxied, shop);
      const headers = { 'x-forwarded-for': address };
      const { body } = await putRecord(proxied, shop, { ...record, name: 'From afar' }, { headers });
      assert.equal(body.sys_last_security_context.address, address);
      const again = await putRecord(proxied, shop, body);
      assert.equal(again.status, 200, JSON.stringify(again.body));
    } finally {
      await proxied.stop();
    }
  });

  it('sys_locked is what the caller says, and keeps the record from being changed', async () => {
    const record = await createRecord(server, acme, { sys_locked: true });
    assert.equal(record.sys_locked, true);
    assert.equal((await putRecord(server, acme, { ...record, name: 'Refused' })).status, 409);
    const lock = `/storedPaymentMethods/acme/${record.id}/lock`;
    assert.equal((await server.call('DELETE', lock, { headers: bearer(acme) })).status, 200);
    assert.notEqual((await read(record.id)).sys_locked, true);
  });

  it('sys_snapshot_base_version is what the caller says, and stays when it is left out', async () => {
    const record = await createRecord(server, acme, { sys_snapshot_base_version: 5 });
    const { sys_snapshot_base_version: _, ...without } = record;
    const { body } = await putRecord(server, acme, { ...without, name: 'Kept' });
    assert.equal(body.sys_snapshot_base_version, 5);
  });

  it('sys_version counts the versions from 1', async () => {
    const record = await createRecord(server, acme);
    const { body } = await putRecord(server, acme, { ...record, name: 'Second' });
    assert.deepEqual([record.sys_version, body.sys_version], [1, 2]);
  });
});
