import assert from 'node:assert/strict';
import { cp, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { test } from 'node:test';
import { serverRole } from '../src/embedded-postgres/launcher.ts';
import { openDatabase } from '../src/store/database.ts';
import { migrate } from '../src/store/migrate.ts';
import { listSettingsVersions } from '../src/store/tenant-settings.ts';
import { findTenant } from '../src/store/tenants.ts';
import { query } from './harness/data-directory.ts';
import { createEmptyDatabase } from './harness/database.ts';

const migrations = resolve(import.meta.dirname, '../migrations');

test('tenants from before settings had versions keep theirs as the first version', async (t) => {
  const earlier = await mkdtemp(join(tmpdir(), 'onfile-migrations-'));
  t.after(() => rm(earlier, { recursive: true, force: true }));
  for (const file of (await readdir(migrations)).filter((name) => name < '0005')) {
    await cp(join(migrations, file), join(earlier, file));
  }
  const database = await createEmptyDatabase();
  t.after(() => database.drop());
  const { migrationUrl } = database;
  await migrate({ migrationUrl, serverRole, directory: earlier });
  for (const [tenantId, limit] of [
    ['acme', '50'],
    ['other', 'NULL'],
  ]) {
    await query(
      database.url,
      `BEGIN; SET LOCAL app.tenant_ids = '${tenantId}';
       INSERT INTO tenant_directory VALUES ('${tenantId}', '2026-01-02T03:04:05Z');
       INSERT INTO tenants VALUES ('${tenantId}', 'Gym', 'test', 'de', 'DE', 'EUR', 'Europe/Berlin', ${limit}, 'strict',
         30, '2026-01-02T03:04:05Z');
       COMMIT`,
    );
  }
  await migrate({ migrationUrl, serverRole });

  const db = openDatabase({ url: database.url, connections: 1, onError: () => {} });
  t.after(() => db.close());
  const acme = await findTenant(db, 'acme');
  assert.equal(acme?.version, 1);
  assert.deepEqual(acme.modifiedAt, acme.createdAt);
  const shared = {
    name: 'Gym',
    locale: 'de',
    timeZone: 'Europe/Berlin',
    country: 'DE',
    currency: 'EUR',
    permittedPaymentChoices: {},
    concurrencyPolicy: 'strict',
    replacedNumberRetentionDays: 30,
    allowedOrigins: [],
  };
  const [first] = await listSettingsVersions(db, 'acme', null, 10);
  assert.deepEqual(first?.settings, { ...shared, rateLimitPerMinute: 50 });
  const [others] = await listSettingsVersions(db, 'other', null, 10);
  assert.deepEqual(others?.settings, shared);
});
