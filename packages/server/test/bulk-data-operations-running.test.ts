import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { runBackgroundTasks } from './harness/background-tasks.ts';
import {
  beforeStretches,
  cancelOperation,
  counts,
  createRecords,
  finish,
  getOperation,
  orderOperation,
  readRecord,
  rename,
  undoOperation,
} from './harness/bulk-data-operations.ts';
import { startTestServer, type TestServer, type TestTenant } from './harness/server.ts';

let server: TestServer;
let tenants = 0;
const newTenant = (): Promise<TestTenant> => server.tenant(`club-${tenants++}`);

before(async () => {
  server = await startTestServer();
});
after(() => server.stop());

const done = (many: number): object => ({ state: 'done', selected: many, changed: many, unchanged: 0, failed: 0 });

describe('an operation under way', () => {
  it('can be cancelled, and keeps what it did', async () => {
    const tenant = await newTenant();
    await createRecords(server, tenant, 250);
    const { body: ordered } = await orderOperation(server, tenant, {
      kind: 'change',
      all: true,
      patch: rename('Renamed'),
    });
    const cancelled = beforeStretches(server, 1, () => cancelOperation(server, tenant, ordered.id));
    await runBackgroundTasks(cancelled, tenant.tenantId);
    const operation = await getOperation(server, tenant, ordered.id);
    assert.deepEqual(counts(operation), { state: 'cancelled', selected: 250, changed: 100, unchanged: 0, failed: 0 });
    const again = await cancelOperation(server, tenant, ordered.id);
    assert.deepEqual([again.status, again.body.state], [200, 'cancelled']);
    const undone = await finish(server, tenant, undoOperation(server, tenant, ordered.id));
    assert.deepEqual(counts(undone), done(100));
  });

  it('is followed by the next: two orders at once both take effect, one after the other', async () => {
    const tenant = await newTenant();
    const [record] = await createRecords(server, tenant, 120);
    const [one, two] = await Promise.all(
      ['One', 'Two'].map((name) => orderOperation(server, tenant, { kind: 'change', all: true, patch: rename(name) })),
    );
    await Promise.all([runBackgroundTasks(server, tenant.tenantId), runBackgroundTasks(server, tenant.tenantId)]);
    await runBackgroundTasks(server, tenant.tenantId);
    for (const ordered of [one, two]) {
      assert.deepEqual(counts(await getOperation(server, tenant, ordered?.body.id)), done(120));
    }
    assert.equal((await readRecord(server, tenant, record?.['id']))['sys_version'], 3);
  });

  it('takes a thousand records in a few seconds', async (t) => {
    const tenant = await newTenant();
    await createRecords(server, tenant, 1000);
    const { body } = await orderOperation(server, tenant, { kind: 'change', all: true, patch: rename('Renamed') });
    const begun = performance.now();
    await runBackgroundTasks(server, tenant.tenantId);
    const seconds = (performance.now() - begun) / 1000;
    t.diagnostic(`${Math.round(1000 / seconds)} records a second`);
    assert.deepEqual(counts(await getOperation(server, tenant, body.id)), done(1000));
    assert.ok(seconds < 20, `${seconds} s`);
  });
});
