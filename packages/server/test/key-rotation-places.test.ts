import assert from 'node:assert/strict';
import { after, before, it } from 'node:test';
import { beginTenantKeyRotation } from '../src/ops/keys/rotate-tenant-keys.ts';
import { auditorOf } from './harness/audit.ts';
import { runBackgroundTasks } from './harness/background-tasks.ts';
import { openLoad, readLoad, sendPart, startLoad } from './harness/bulk-loads.ts';
import { defineField } from './harness/custom-fields.ts';
import { achEntry, bacsEntry, bill, tenantWithEveryChoice } from './harness/instruments.ts';
import { misplaced, rotate } from './harness/keys.ts';
import { bearer, createRecord } from './harness/main-job.ts';
import { startTestServer, type TestServer } from './harness/server.ts';

let server: TestServer;
let other: TestServer;

before(async () => {
  server = await startTestServer();
  other = await startTestServer({}, server);
});

after(async () => {
  await other.stop();
  await server.stop();
});

it('bank accounts at a bank are recognised after their fingerprints were made anew', async () => {
  const tenant = await tenantWithEveryChoice(server, 'banks');
  for (const entry of [bacsEntry(), achEntry()]) {
    const first = await bill(server, tenant, entry);
    const { tenants } = await rotate(server, { tenantId: 'banks', graceMs: 0 });
    assert.deepEqual([tenants[0]?.tenant?.unrecognised, tenants[0]?.old.tenant], [0, {}]);
    const again = await bill(other, tenant, entry);
    assert.deepEqual([again.match, again.storedPaymentMethodId], ['SAME_METHOD', first.storedPaymentMethodId]);
  }
});

it('a bulk load that was half sent before a rotation is sent and loaded after it', async () => {
  const tenant = await server.tenant('loads');
  const rows = `{"contact_id":"${tenant.contactId}","type":"credit card","credit_card_type":"visa","last_four_digits":"4242","expires":"2034-12-31","name":"Loaded","name_on_account":"Ada Test","merchant_account_tokens":[{"merchant_account_id":"${tenant.merchantAccountId}","token":"tok_loaded"}]}\n`;
  const half = Math.floor(rows.length / 2);
  const id = await openLoad(server, tenant, { format: 'ndjson' });
  await sendPart(server, tenant, id, 0, rows.slice(0, half));
  const { tenants } = await rotate(server, { tenantId: 'loads', graceMs: 0 });
  assert.deepEqual(tenants[0]?.old.tenant, {});
  await sendPart(other, tenant, id, half, rows.slice(half));
  await startLoad(other, tenant, id);
  await runBackgroundTasks(other, 'loads');
  const loaded = await readLoad(other, tenant, id);
  assert.deepEqual([loaded['state'], loaded['failed']], ['done', 0]);
  assert.deepEqual(await misplaced(server, 'loads'), []);
});

it('records are found by their custom fields before, while and after a rotation', async () => {
  const tenant = await server.tenant('found');
  await defineField(server, tenant, { id: 'colour__c', type: 'string', is_filterable: true });
  const red = { custom_field_values: [{ custom_field_id: 'colour__c', string_value: 'red' }] };
  await createRecord(server, tenant, red);
  const found = async (): Promise<number> => {
    const { body } = await other.call('GET', '/storedPaymentMethods/found?custom_field=colour__c%3Dred', {
      headers: bearer(tenant),
    });
    return body.Count;
  };
  assert.equal(await found(), 1);
  await beginTenantKeyRotation(await auditorOf(server, 'found'));
  server.clock.advance(6_000);
  await createRecord(other, tenant, red);
  assert.equal(await found(), 2);
  // Long enough for the other server to have read the keys, as the announcement is without a clock that jumps.
  await rotate(server, { tenantId: 'found', graceMs: 1_500 });
  assert.equal(await found(), 2);
});
