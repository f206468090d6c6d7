import assert from 'node:assert/strict';
import { test } from 'node:test';
import { runBackgroundTasks } from './harness/background-tasks.ts';
import { defineFields, recalculations, valuesOf } from './harness/calculated-fields.ts';
import { newInstallation } from './harness/installation.ts';
import { query } from './harness/look-inside.ts';
import { bearer, recordBody } from './harness/main-job.ts';
import { startTestServer, type TestServer, type TestTenant } from './harness/server.ts';
import { until } from './harness/until.ts';

const batches = 4;
const batchSize = 100;
const total = batches * batchSize;
/** A worker that died has the task so long. */
const claimMs = 10_001;

async function createRecords(server: TestServer, tenant: TestTenant): Promise<void> {
  for (let n = 0; n < batches; n++) {
    const operations = Array.from({ length: batchSize }, () => ({ method: 'POST', body: recordBody(tenant) }));
    const { body } = await server.call('POST', `/storedPaymentMethods/${tenant.tenantId}/batch`, {
      headers: bearer(tenant),
      body: { operations },
    });
    assert.equal(body.success_count, batchSize);
  }
}

test('kill -9 in the middle of a recalculation ends like one that nothing disturbed', async (t) => {
  const server = await startTestServer();
  t.after(() => server.stop());
  const { serve } = await newInstallation(t);
  const tenant = await server.tenant('club');
  await createRecords(server, tenant);
  await defineFields(server, tenant, { label__c: { type: 'string', calculation: 'record.name + "!"' } });
  const newest = async () => (await recalculations(server, tenant, '?limit=1')).body.Items[0];

  const { masterKeyFile } = server.services.config;
  const killed = await serve({ DATABASE_URL: server.database.url, MASTER_KEY_FILE: masterKeyFile, LOG_LEVEL: 'error' });
  await until(async () => (await newest()).seen > 0);
  await killed.kill();
  const interrupted = await newest();
  assert.equal(interrupted.state, 'running');
  assert.ok(interrupted.seen < total);

  server.clock.advance(claimMs);
  await runBackgroundTasks(server, tenant.tenantId);
  const { id, state, seen, changed, failed } = await newest();
  assert.deepEqual([id, state, seen, changed, failed], [interrupted.id, 'done', total, total, 0]);
  const written = await query(
    server,
    `SELECT subject_version, action, count(*)::integer FROM audit_entries
     WHERE tenant_id = $1 AND subject_kind = 'stored_payment_method' GROUP BY 1, 2 ORDER BY 1`,
    [tenant.tenantId],
  );
  assert.deepEqual(written, [
    { subject_version: 1, action: 'stored_payment_method.created', count: total },
    { subject_version: 2, action: 'stored_payment_method.recalculated', count: total },
  ]);
  const { body } = await server.call('GET', `/storedPaymentMethods/${tenant.tenantId}?limit=${total}`, {
    headers: bearer(tenant),
  });
  assert.equal(body.Count, total);
  for (const record of body.Items) assert.deepEqual(valuesOf(record), { label__c: 'Work card!' });
});
