import assert from 'node:assert/strict';
import { test } from 'node:test';
import { assertAllOrNothing } from './harness/assert-all-or-nothing.ts';
import { newInstallation } from './harness/installation.ts';
import type { Payee, Reachable } from './harness/main-job.ts';
import { onfile } from './harness/onfile-command.ts';
import { startPostgresPair } from './harness/postgres-pair.ts';
import { until } from './harness/until.ts';
import { startUpdateLoad } from './harness/update-load.ts';

const enough = 20;
/** Such as Debian's `/usr/lib/postgresql/15/bin`; the embedded PostgreSQL when unset. */
const binaries = process.env['ONFILE_TEST_POSTGRES_BIN'] ?? null;

test('failover to a synchronous replica in mid-load: no acknowledged update is lost, and none is half done', async (t) => {
  const pair = await startPostgresPair(binaries);
  t.after(() => pair.stop());
  t.diagnostic(`PostgreSQL ${pair.version}`);
  const installation = await newInstallation(t);
  const settings = {
    DATABASE_URL: pair.url,
    DATABASE_MIGRATION_URL: pair.migrationUrl,
    RATE_LIMIT_PER_MINUTE: '0',
    LOG_LEVEL: 'error',
  };
  const server = await installation.serve(settings);
  const payee = await newPayee(server, { ...settings, DATA_DIR: installation.dataDir });
  const load = await startUpdateLoad(server, payee);
  await until(async () => load.acknowledged() >= enough);

  await pair.failOver();
  const before = load.acknowledged();
  await until(async () => load.acknowledged() >= before + enough);
  await load.stop();

  assert.deepEqual(await pair.queryAsAdmin('SELECT pg_is_in_recovery() AS is_replica'), [{ is_replica: false }]);
  const query = pair.queryAsAdmin as typeof installation.query;
  await assertAllOrNothing({ ...installation, query }, server, load.updates);
  const verified = await onfile(['audit', 'verify'], { ...settings, DATA_DIR: installation.dataDir });
  assert.equal(verified.exitCode, 0, verified.stdout + verified.stderr);
});

/** A tenant with a credential of each kind, a merchant account and a customer, as a newcomer makes them. */
async function newPayee(server: Reachable, settings: Record<string, string>): Promise<Payee> {
  const done = async (...args: string[]): Promise<Record<string, any>> => {
    const { exitCode, stdout } = await onfile([...args, '--json'], settings);
    assert.equal(exitCode, 0, stdout);
    return JSON.parse(stdout);
  };
  const tenantId = 'acme';
  await done('tenant', 'create', tenantId);
  const { apiKey } = await done('key', 'create', '--tenant', tenantId, '--scopes', 'all');
  const { clientId, clientSecret } = await done('client', 'create', '--tenant', tenantId);
  const post = async (path: string, headers: Record<string, string>, body: object): Promise<Record<string, any>> =>
    (await server.call('POST', path, { headers, body })).body;
  const { access_token: accessToken } = await post(
    '/oauth/token',
    {},
    { grant_type: 'client_credentials', client_id: clientId, client_secret: clientSecret },
  );
  const account = await post(
    `/merchantAccounts/${tenantId}`,
    { authorization: `Bearer ${accessToken}` },
    { name: 'Shop' },
  );
  const names = { firstName: 'Ada', lastName: 'Test' };
  const customer = await post('/v1/customers/create', { 'x-api-key': apiKey }, names);
  const { id: customerId, contactId } = customer;
  const credentials = { apiKey, clientId, clientSecret, accessToken };
  return { tenantId, ...credentials, customerId, contactId, merchantAccountId: account['id'] };
}
