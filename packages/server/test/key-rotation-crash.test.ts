import assert from 'node:assert/strict';
import { after, before, it } from 'node:test';
import { startOnfile } from './harness/backups.ts';
import { customerWithRecord } from './harness/erasures.ts';
import { misplaced } from './harness/keys.ts';
import { query } from './harness/look-inside.ts';
import { bearer, getRecord } from './harness/main-job.ts';
import { onfile } from './harness/onfile-command.ts';
import { lockRows } from './harness/row-lock.ts';
import { startTestServer, type TestServer, type TestTenant } from './harness/server.ts';

const customers = 8;
/** The one whom the rotation is killed at. */
const middle = 4;

let server: TestServer;
let acme: TestTenant;

before(async () => {
  server = await startTestServer();
  acme = await server.tenant('acme');
});

after(() => server.stop());

const retiredKeys = async (): Promise<string[]> => {
  const rows = await query<{ key_id: string }>(
    server,
    'SELECT key_id FROM customer_keys WHERE retired_at IS NOT NULL ORDER BY retired_at',
  );
  return rows.map((row) => row.key_id);
};

it('a rotation that is killed between two customers has half of them done; the next run does the rest, and those not again', async () => {
  const held: { tenant: TestTenant; record: Record<string, any> }[] = [];
  for (let n = 0; n < customers; n++) held.push(await customerWithRecord(server, acme, { name: `Card ${n}` }));
  const readAll = async () => {
    for (const { record } of held) assert.deepEqual((await getRecord(server, acme, record['id'])).body, record);
  };
  const lock = await lockRows(server, 'SELECT FROM customers WHERE customer_id = $1', [
    held[middle]?.tenant.customerId,
  ]);
  const settings = { DATABASE_URL: server.database.url, MASTER_KEY_FILE: server.services.config.masterKeyFile };
  const command = ['keys', 'rotate', '--customers', '--grace', '0'];
  const killed = startOnfile(command, settings);
  await lock.awaited(1);
  killed.kill();
  assert.equal(await killed.ended, 'SIGKILL');
  const done = await retiredKeys();
  // The tenant was made with one customer more.
  assert.equal(done.length, middle + 1);
  await readAll();
  await lock.release();

  const { exitCode, stdout } = await onfile([...command, '--json'], settings);
  assert.equal(exitCode, 0);
  const { isContinued, tenants } = JSON.parse(stdout);
  assert.deepEqual([isContinued, tenants[0].customers.customers], [true, customers - middle]);
  assert.deepEqual([tenants[0].damaged, tenants[0].old.tenant, tenants[0].old.customers], [[], {}, {}]);
  assert.deepEqual((await retiredKeys()).slice(0, done.length), done);
  assert.deepEqual(await misplaced(server, 'acme'), []);
  const current = await query<{ keys: number }>(
    server,
    `SELECT count(k.key_id)::int AS keys FROM customers c LEFT JOIN customer_keys k
       ON k.customer_uuid = c.customer_uuid AND k.retired_at IS NULL
     GROUP BY c.customer_id`,
  );
  assert.deepEqual(new Set(current.map(({ keys }) => keys)), new Set([1]));
  await readAll();
  const history = `/storedPaymentMethods/acme/${held[0]?.record['id']}/history`;
  assert.equal((await server.call('GET', history, { headers: bearer(acme) })).body.Count, 1);
});
