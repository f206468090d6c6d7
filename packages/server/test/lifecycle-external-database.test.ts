import assert from 'node:assert/strict';
import { access } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { query } from './harness/data-directory.ts';
import { createEmptyDatabase, createTestDatabase } from './harness/database.ts';
import { newInstallation } from './harness/installation.ts';
import type { OnfileProcess } from './harness/onfile-process.ts';

test('a PostgreSQL of one’s own is migrated by its owner’s address and served without a demo tenant', async (t) => {
  const { dataDir, serve } = await newInstallation(t);
  const { url, migrationUrl, adminUrl, drop } = await createEmptyDatabase();
  t.after(drop);
  const settings = { DATABASE_URL: url, DATABASE_MIGRATION_URL: migrationUrl };
  const first = await serve(settings);
  assert.match(first.output(), /^brought the database up to date/m);
  assert.match(first.output(), /npx onfile tenant create/);
  assert.deepEqual(await query(adminUrl, 'SELECT tenant_id FROM tenants'), []);
  await assert.rejects(access(join(dataDir, 'demo-credentials.json')));
  await assert.rejects(access(join(dataDir, 'postgres')));
  assert.equal((await first.call('GET', '/health/ready')).status, 200);
  assert.equal((await first.call('GET', '/demo')).status, 404);
  first.signal('SIGTERM');
  assert.deepEqual(await first.ended, { code: 0, signal: null });

  const second = await serve({ DATABASE_URL: url });
  assert.doesNotMatch(second.output(), /up to date/);
  assert.equal((await second.call('GET', '/health/ready')).status, 200);
});

test('a role that row security does not bind is refused before anything is changed for it', async (t) => {
  const { start } = await newInstallation(t);
  const { adminUrl, migrationUrl, drop } = await createEmptyDatabase();
  t.after(drop);
  const settings = { DATABASE_URL: adminUrl, DATABASE_MIGRATION_URL: migrationUrl };
  await assertRefused(start(settings), /the database role "onfile_admin" is a superuser.* DATABASE_URL/);
  const tables = await query(adminUrl, `SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace`);
  assert.deepEqual(tables, []);
});

test('the owner of the tables is refused as the server’s role', async (t) => {
  const { start } = await newInstallation(t);
  const { migrationUrl, drop } = await createTestDatabase();
  t.after(drop);
  await assertRefused(start({ DATABASE_URL: migrationUrl }), /the database role "onfile_owner" owns the table/);
});

test('a database that cannot be used is told in a sentence that names the setting and no password', async (t) => {
  const { start } = await newInstallation(t);
  const { url, drop } = await createEmptyDatabase();
  t.after(drop);
  const changed = (change: (address: URL) => void): string => {
    const address = new URL(url);
    change(address);
    return address.href;
  };
  const nowhere = changed((address) => (address.port = '1'));
  const wrongPassword = changed((address) => (address.password = 'canary-password'));
  const missing = changed((address) => (address.pathname = '/missing'));
  await Promise.all([
    assertRefused(start({ DATABASE_URL: nowhere }), /database of DATABASE_URL cannot be reached \(ECONNREFUSED\)/),
    assertRefused(
      start({ DATABASE_URL: wrongPassword }),
      /database of DATABASE_URL refuses the user name or the password/,
    ),
  ]);
  await Promise.all([
    assertRefused(start({ DATABASE_URL: missing }), /database of DATABASE_URL does not exist/),
    assertRefused(
      start({ DATABASE_URL: url, DATABASE_MIGRATION_URL: nowhere }),
      /database of DATABASE_MIGRATION_URL cannot be reached/,
    ),
  ]);
  await assertRefused(start({ DATABASE_URL: url }), /set DATABASE_MIGRATION_URL to the role that owns the tables/);
});

async function assertRefused(start: OnfileProcess, reason: RegExp): Promise<void> {
  assert.deepEqual(await start.ended, { code: 1, signal: null });
  assert.match(start.errors(), reason);
  assert.match(start.errors(), /^onfile cannot start: [^\n]*\n$/);
  assert.doesNotMatch(start.errors() + start.output(), /canary-password|postgres:\/\//);
}
