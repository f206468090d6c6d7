import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ask, capture, orderSandbox, payeeOf, readRestore } from './harness/configuration-snapshots.ts';
import { demoPayee, type Installation, newInstallation } from './harness/installation.ts';
import { type Payee, type Reachable, recordBody } from './harness/main-job.ts';
import { until } from './harness/until.ts';

const unlimited = { RATE_LIMIT_PER_MINUTE: '0', LOG_LEVEL: 'error' };
const batches = 2;
const batchSize = 100;
const all = batches * batchSize;

type Operation = { method: string; id?: string; body: unknown };

async function sendBatch(server: Reachable, tenant: Payee, operations: readonly Operation[]): Promise<string[]> {
  const { body } = await ask(server, tenant, 'POST', `/storedPaymentMethods/${tenant.tenantId}/batch`, { operations });
  assert.equal(body.error_count, 0, JSON.stringify(body.results[0]));
  return body.results.map((result: Record<string, any>) => result['body'].id);
}

/** Records in batches. Answers their ids, batch by batch. */
async function createRecords(server: Reachable, tenant: Payee): Promise<string[][]> {
  const body = recordBody(tenant);
  const made: string[][] = [];
  for (let n = 0; n < batches; n++) {
    made.push(
      await sendBatch(
        server,
        tenant,
        Array.from({ length: batchSize }, () => ({ method: 'POST', body })),
      ),
    );
  }
  return made;
}

const renaming = [{ op: 'replace', path: '/name', value: 'Changed since' }];

/** How often each thing was done in a tenant, by the audit, and how often it was told of. */
async function happened(installation: Installation, tenantId: string, action: string): Promise<number[]> {
  const [audits] = await installation.query<{ count: number }>(
    'SELECT count(*)::int AS count FROM audit_entries WHERE tenant_id = $1 AND action = $2',
    [tenantId, action],
  );
  const [events] = await installation.query<{ count: number }>(
    'SELECT count(*)::int AS count FROM events WHERE tenant_id = $1 AND type = $2',
    [tenantId, action],
  );
  return [audits?.count ?? 0, events?.count ?? 0];
}

const done = (server: Reachable, tenant: Payee, id: string) =>
  until(async () => {
    const found = await readRestore(server, tenant, id);
    assert.notEqual(found['state'], 'failed', JSON.stringify(found));
    return found['state'] === 'done' && found;
  });

test('kill -9 amid a restore and a sandbox being filled: both end as if nothing had happened', async (t) => {
  const installation = await newInstallation(t);
  const killed = await installation.serve(unlimited);
  const demo = await demoPayee(installation.dataDir, killed);
  // A second tenant, so that both works are in the middle of it at once: a sandbox is a tenant like any other.
  const empty = await capture(killed, demo, 'Empty');
  const order = { tenant_id: 'demo-box', with_records: true };
  const { restore: first, sandbox } = await orderSandbox(killed, demo, empty['id'], order);
  await done(killed, demo, first['id']);
  const box = await payeeOf(killed, demo, sandbox);

  const made = await createRecords(killed, demo);
  await createRecords(killed, box);
  const [ofDemo, ofBox] = [await capture(killed, demo), await capture(killed, box)];
  for (const ids of made) {
    await sendBatch(
      killed,
      demo,
      ids.map((id) => ({ method: 'PATCH', id, body: renaming })),
    );
  }
  const path = `/configurationSnapshots/${demo.tenantId}/${ofDemo['id']}/restore`;
  const [{ body: restoring }, { restore: filling }] = await Promise.all([
    ask(killed, demo, 'POST', path, { with_records: true }),
    orderSandbox(killed, box, ofBox['id'], { tenant_id: 'demo-box-box', with_records: true }),
  ]);
  await until(async () => {
    const both = [await readRestore(killed, demo, restoring.id), await readRestore(killed, box, filling['id'])];
    return both.every((one) => one['counts'].records > 0 || one['state'] === 'done');
  });
  await killed.kill();
  const states = await installation.query<{ state: string }>(
    `SELECT state FROM background_tasks WHERE task_id = ANY ($1)`,
    [[restoring.id, filling['id']]],
  );
  // As a rule both; where they began half a second apart, one may be over.
  assert.ok(
    states.some(({ state }) => state === 'running'),
    JSON.stringify(states),
  );

  const next = await installation.serve(unlimited);
  const restored = await done(next, demo, restoring.id);
  assert.deepEqual([restored['counts'].records, restored['counts'].conflicts], [all, 0]);
  assert.deepEqual(await happened(installation, demo.tenantId, 'stored_payment_method.restored'), [all, all]);
  const versions = await installation.query<{ version: number; records: number }>(
    `SELECT sys_version AS version, count(*)::int AS records FROM stored_payment_methods
     WHERE tenant_id = $1 AND marks->>'snapshot_id' = $2 GROUP BY 1`,
    [demo.tenantId, ofDemo['id']],
  );
  assert.deepEqual(versions, [{ version: 3, records: all }]);

  const inBox = await done(next, box, filling['id']);
  const copied = await happened(installation, 'demo-box-box', 'stored_payment_method.created');
  assert.deepEqual(copied, [inBox['counts'].records, inBox['counts'].records]);
  assert.ok(inBox['counts'].records >= all);
  const [tokens] = await installation.query<{ count: number }>(
    `SELECT count(*)::int AS count FROM stored_payment_methods WHERE tenant_id = 'demo-box-box'`,
  );
  assert.equal(tokens?.count, inBox['counts'].records);
});
