import assert from 'node:assert/strict';
import { cp, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { test } from 'node:test';
import { serverRole } from '../src/embedded-postgres/launcher.ts';
import { openMasterKeyFile } from '../src/keys/master-key-file.ts';
import { newTenantKeys, unwrapTenantKeys } from '../src/keys/tenant-keys.ts';
import { sealNextEntries } from '../src/ops/audit/seal.ts';
import { openDatabase } from '../src/store/database.ts';
import { migrate } from '../src/store/migrate.ts';
import { query } from './harness/data-directory.ts';
import { createEmptyDatabase } from './harness/database.ts';
import { until } from './harness/until.ts';

const migrations = resolve(import.meta.dirname, '../migrations');

test('entries from before there were seals are sealed too', async (t) => {
  const directory = await mkdtemp(join(tmpdir(), 'onfile-migrations-'));
  t.after(() => rm(directory, { recursive: true, force: true }));
  const earlier = join(directory, 'earlier');
  for (const file of (await readdir(migrations)).filter((name) => name < '0012')) {
    await cp(join(migrations, file), join(earlier, file));
  }
  const database = await createEmptyDatabase();
  t.after(() => database.drop());
  await migrate({ migrationUrl: database.migrationUrl, serverRole, directory: earlier });
  const entry = `gen_random_uuid(), now(), 'worker', 'sweep', '1', 'tenant.updated', 'tenant', 'acme', gen_random_uuid(), ''`;
  await query(
    database.url,
    `BEGIN; SET LOCAL app.tenant_ids = 'acme';
     INSERT INTO audit_entries (tenant_id, audit_id, at, actor_kind, actor_id, trace_id, action, subject_kind, subject_id,
       code_key_id, code) VALUES ('acme', ${entry}), ('acme', ${entry});
     COMMIT`,
  );
  await migrate({ migrationUrl: database.migrationUrl, serverRole });

  const masterKey = await openMasterKeyFile(join(directory, 'master-key.json'), true);
  const wrapped = await newTenantKeys(masterKey, 'acme');
  const db = openDatabase({ url: database.url, connections: 1, onError: () => {} });
  t.after(() => db.close());
  const services = { db, keysOf: () => unwrapTenantKeys(masterKey, 'acme', wrapped) };
  assert.deepEqual(await sealNextEntries(services, 'acme'), { sealed: 0, mayGoOn: true });
  await until(async () => (await sealNextEntries(services, 'acme')).sealed === 2);
});
