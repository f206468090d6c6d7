import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { mkdtemp, rm, unlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { Client } from 'pg';
import { serverRole } from '../src/embedded-postgres/launcher.ts';
import { assertServerRole } from '../src/store/assert-server-role.ts';
import { migrate } from '../src/store/migrate.ts';
import { query } from './harness/data-directory.ts';
import { createEmptyDatabase, createTestDatabase } from './harness/database.ts';

const tables = {
  '0001-first.sql': 'CREATE TABLE first (id bigint GENERATED ALWAYS AS IDENTITY, name text); CREATE SEQUENCE numbers;',
  '0002-second.sql': 'CREATE TABLE second (id bigint PRIMARY KEY);',
};

test('each file is applied once, in order, and the server may use what it made', async (t) => {
  const { url, migrationUrl, run } = await prepare(t, tables);
  assert.deepEqual(await run(), ['0001-first', '0002-second']);
  assert.deepEqual(await run(), []);

  await query(url, `INSERT INTO first (name) VALUES ('a'); UPDATE first SET name = 'b'; SELECT nextval('numbers')`);
  assert.deepEqual(await query(url, 'DELETE FROM first RETURNING name'), [{ name: 'b' }]);
  await assert.rejects(query(url, 'DROP TABLE first'), /must be owner/);
  await assert.rejects(query(url, 'DELETE FROM onfile_migrations'), /permission denied/);
  const recorded = await query(migrationUrl, 'SELECT number, name, length(checksum) AS hex FROM onfile_migrations');
  assert.deepEqual(recorded, [
    { number: 1, name: '0001-first', hex: 64 },
    { number: 2, name: '0002-second', hex: 64 },
  ]);
});

test('several processes at once apply each file once', async (t) => {
  const { run } = await prepare(t, tables);
  const applied = await Promise.all([run(), run(), run(), run()]);
  assert.deepEqual(applied.flat().toSorted(), ['0001-first', '0002-second']);
});

test('a file that fails leaves nothing behind, and what came before it stays', async (t) => {
  const { migrationUrl, run, directory } = await prepare(t, {
    ...tables,
    '0003-bad.sql': 'CREATE TABLE third (); oops',
  });
  await assert.rejects(run(), /^Error: migration 0003-bad failed \(syntax error .*\); nothing of it was applied$/);
  assert.deepEqual(await query(migrationUrl, `SELECT to_regclass('second')::text AS a, to_regclass('third') AS b`), [
    { a: 'second', b: null },
  ]);
  await writeFile(join(directory, '0003-bad.sql'), 'CREATE TABLE third ()');
  assert.deepEqual(await run(), ['0003-bad']);
});

test('a file that changed after it was applied stops the start', async (t) => {
  const { run, directory } = await prepare(t, tables);
  await run();
  await writeFile(join(directory, '0001-first.sql'), 'CREATE TABLE other ()');
  await assert.rejects(run(), /migration 0001-first was applied but its file has changed since/);
});

test('a database from a newer Onfile stops the start', async (t) => {
  const { run, directory } = await prepare(t, tables);
  await run();
  await unlink(join(directory, '0002-second.sql'));
  await assert.rejects(run(), /the database has migration 0002-second, which this Onfile does not know/);
});

test('a gap in the numbers is an error before anything is applied', async (t) => {
  const { migrationUrl, run } = await prepare(t, { '0001-first.sql': '', '0003-third.sql': '' });
  await assert.rejects(run(), /migration 0003-third\.sql should be number 2/);
  assert.deepEqual(await query(migrationUrl, `SELECT to_regclass('onfile_migrations') AS it`), [{ it: null }]);
});

test('the server starts only as a role that row security binds', async (t) => {
  const database = await createTestDatabase();
  await check(database.url);
  await assert.rejects(check(database.migrationUrl), /"onfile_owner" owns the table .* DATABASE_MIGRATION_URL/);
  await assert.rejects(check(database.adminUrl), /"onfile_admin" is a superuser/);
  await assert.rejects(check(database.adminUrl, `SET LOCAL ROLE ${serverRole}`), /"onfile_admin" is a superuser/);

  const member = await createRole(t, database.adminUrl, 'IN ROLE onfile_owner');
  await assert.rejects(check(member), /owns the table .*, or is a member of the role that does/);
  const bypasser = await createRole(t, database.adminUrl, 'BYPASSRLS');
  await assert.rejects(check(bypasser), /bypasses row security/);
  t.after(database.drop);
});

/** What the server does at its start, as the role of `connectionString`, which may have become another by `become`. */
async function check(connectionString: string, become = 'SELECT'): Promise<void> {
  const client = new Client({ connectionString });
  await client.connect();
  try {
    await client.query('BEGIN');
    await client.query(become);
    await assertServerRole(client);
  } finally {
    await client.end();
  }
}

/** The connection string of a new role with these attributes. */
async function createRole(t: TestContext, adminUrl: string, attributes: string): Promise<string> {
  const url = new URL(adminUrl);
  url.username = `onfile_test_${randomUUID().replaceAll('-', '')}`;
  await query(adminUrl, `CREATE ROLE ${url.username} LOGIN PASSWORD '${url.password}' ${attributes}`);
  t.after(() => query(adminUrl, `DROP ROLE ${url.username}`));
  return url.href;
}

async function prepare(t: TestContext, files: Record<string, string>) {
  const directory = await mkdtemp(join(tmpdir(), 'onfile-migrations-'));
  t.after(() => rm(directory, { recursive: true }));
  for (const [name, sql] of Object.entries(files)) await writeFile(join(directory, name), sql);
  const { url, migrationUrl, drop } = await createEmptyDatabase();
  t.after(drop);
  return { directory, url, migrationUrl, run: () => migrate({ migrationUrl, serverRole, directory }) };
}
