import assert from 'node:assert/strict';
import { after, before, it } from 'node:test';
import { taskHandlers } from '../src/jobs/background-tasks.ts';
import { runNextTask } from '../src/ops/background-tasks/run.ts';
import { runBackgroundTasks } from './harness/background-tasks.ts';
import { ask, capture, fieldBody, orderSandbox, readRestore } from './harness/configuration-snapshots.ts';
import { query } from './harness/look-inside.ts';
import { createRecord } from './harness/main-job.ts';
import { startTestServer, type TestServer, type TestTenant } from './harness/server.ts';
import { until } from './harness/until.ts';

const records = 30;

let server: TestServer;
let club: TestTenant;
let snapshotId: string;

before(async () => {
  server = await startTestServer();
  club = await server.tenant('club');
  await ask(server, club, 'POST', '/customFields/club', fieldBody('level__c'));
  await Promise.all(Array.from({ length: records }, () => createRecord(server, club)));
  snapshotId = (await capture(server, club))['id'];
});

after(() => server.stop());

/** Runs the tenant's next task by a worker that ends right after each commit in the sandbox, and is followed by another. */
async function runBreaking(sandboxId: string): Promise<number> {
  let crashes = 0;
  const { db } = server.services;
  const breaking: TestServer['services']['db'] = {
    ...db,
    async transaction(tenantId, work) {
      const result = await db.transaction(tenantId, work);
      if (tenantId !== sandboxId) return result;
      crashes++;
      throw new Error('the worker is gone');
    },
  };
  await until(async () => {
    server.clock.advance(15_000);
    const stopping = new AbortController().signal;
    return !(await runNextTask({ ...server.services, db: breaking }, 'club', taskHandlers, {
      stopping,
      onFailure: () => {},
    }));
  });
  return crashes;
}

/** How many rows of each kind a tenant has. */
const rowsOf = (tenantId: string) =>
  query<object>(
    server,
    `SELECT 'versions' AS what, count(*)::int FROM stored_payment_method_versions WHERE tenant_id = $1
     UNION ALL SELECT 'customers', count(*)::int FROM customers WHERE tenant_id = $1
     UNION ALL SELECT 'keys', count(*)::int FROM customer_keys WHERE tenant_id = $1
     UNION ALL SELECT 'fields', count(*)::int FROM custom_fields WHERE tenant_id = $1
     UNION ALL SELECT 'accounts', count(*)::int FROM merchant_accounts WHERE tenant_id = $1
     UNION ALL SELECT action, count(*)::int FROM audit_entries WHERE tenant_id = $1 GROUP BY action
     UNION ALL SELECT 'event ' || type, count(*)::int FROM events WHERE tenant_id = $1 GROUP BY type
     ORDER BY 1`,
    [tenantId],
  );

it('a sandbox whose filling broke off after every commit is like one that was filled at once', async () => {
  const order = { tenant_id: 'broken-box', with_records: true };
  const { restore: broken } = await orderSandbox(server, club, snapshotId, order);
  const crashes = await runBreaking('broken-box');
  assert.ok(crashes >= 5, String(crashes));
  const { restore: smooth } = await orderSandbox(server, club, snapshotId, { ...order, tenant_id: 'smooth-box' });
  await runBackgroundTasks(server, 'club');
  const [one, other] = [await readRestore(server, club, broken['id']), await readRestore(server, club, smooth['id'])];
  assert.deepEqual([one['state'], one['counts']], [other['state'], other['counts']]);
  assert.deepEqual([other['state'], other['counts'].records], ['done', records]);
  assert.deepEqual(await rowsOf('broken-box'), await rowsOf('smooth-box'));
});

it('a restore that was cancelled before it began changes nothing, and is cancelled once', async () => {
  const path = `/configurationSnapshots/club/${snapshotId}/restore`;
  const { body } = await ask(server, club, 'POST', path, { with_records: true });
  const cancel = `/configurationSnapshotRestores/club/${body.id}/cancel`;
  const answers = [await ask(server, club, 'POST', cancel), await ask(server, club, 'POST', cancel)];
  for (const answer of answers) assert.deepEqual([answer.status, answer.body.state], [200, 'cancelled']);
  await runBackgroundTasks(server, 'club');
  const { state, counts } = await readRestore(server, club, body.id);
  assert.deepEqual([state, counts.records_unchanged], ['cancelled', 0]);
  const lines = await query(
    server,
    `SELECT 1 FROM audit_entries WHERE tenant_id = 'club' AND action = 'configuration_snapshot.restore_cancelled'`,
  );
  assert.equal(lines.length, 1);
});
