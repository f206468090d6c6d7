import { randomUUID } from 'node:crypto';
import { runAsAdmin, startTestServer, type TestServer, templateDatabase, urlOfDatabase } from './test-server.ts';

/** A database of one test file's own. */
export type TestDatabase = {
  /** As the server's role, which row security binds. */
  url: string;
  /** As the owner of the tables. */
  migrationUrl: string;
  /** As the superuser, who sees every tenant's rows: to look at what was stored. */
  adminUrl: string;
  drop: () => Promise<void>;
};

/** A test file that is run by itself, without `npm test`, has a server of its own until it ends. */
let own: ReturnType<typeof startTestServer> | undefined;
// Not a hook of node:test: this one comes after every hook of the file, so that each can still use its database.
process.once('beforeExit', () => {
  void own?.then((server) => server.stop());
});

/** A fresh, migrated, empty database, copied from the template in some tens of milliseconds. */
export function createTestDatabase(): Promise<TestDatabase> {
  return createDatabase(templateDatabase);
}

/** A database without Onfile's schema, for tests of the migrations. */
export function createEmptyDatabase(): Promise<TestDatabase> {
  return createDatabase('template0');
}

async function createDatabase(template: string): Promise<TestDatabase> {
  const { adminUrl, url, migrationUrl } = announcedServer() ?? (await ownServer());
  const name = `onfile_test_${randomUUID().replaceAll('-', '')}`;
  await runAsAdmin(adminUrl, `CREATE DATABASE ${name} TEMPLATE ${template} OWNER onfile_owner`);
  return {
    url: urlOfDatabase(url, name),
    migrationUrl: urlOfDatabase(migrationUrl, name),
    adminUrl: urlOfDatabase(adminUrl, name),
    drop: () => runAsAdmin(adminUrl, `DROP DATABASE IF EXISTS ${name} WITH (FORCE)`),
  };
}

function ownServer(): ReturnType<typeof startTestServer> {
  own ??= startTestServer();
  return own;
}

/** What `npm test` says in the environment. */
function announcedServer(): TestServer | null {
  const { ONFILE_TEST_ADMIN_URL, ONFILE_TEST_URL, ONFILE_TEST_MIGRATION_URL } = process.env;
  if (!ONFILE_TEST_ADMIN_URL || !ONFILE_TEST_URL || !ONFILE_TEST_MIGRATION_URL) return null;
  return { adminUrl: ONFILE_TEST_ADMIN_URL, url: ONFILE_TEST_URL, migrationUrl: ONFILE_TEST_MIGRATION_URL };
}
