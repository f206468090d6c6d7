import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { Client } from 'pg';
import { serverRole } from '../src/embedded-postgres/launcher.ts';
import { jobQueueSchema } from '../src/store/job-queue.ts';
import { refreshedTables } from '../src/store/table-statistics.ts';
import { createTestDatabase, type TestDatabase } from './harness/database.ts';

let database: TestDatabase;
let client: Client;

before(async () => {
  database = await createTestDatabase();
  client = new Client({ connectionString: database.adminUrl });
  await client.connect();
});

after(async () => {
  await client.end();
  await database.drop();
});

/** Copied to every node when sharded: they hold nothing of a tenant’s. */
const referenceTables = new Set(['tenant_directory', 'onfile_migrations']);

async function rows<Row extends object>(text: string): Promise<Row[]> {
  return (await client.query<Row>(text)).rows;
}

const inSchema = `relnamespace = 'public'::regnamespace`;

async function tenantTables(): Promise<string[]> {
  const tables = await rows<{ name: string }>(
    `SELECT relname AS name FROM pg_class WHERE relkind IN ('r', 'p') AND ${inSchema} ORDER BY 1`,
  );
  return tables.map(({ name }) => name).filter((name) => !referenceTables.has(name));
}

/** What breaks a rule, as `table: what`. */
async function assertNone(text: string): Promise<void> {
  const found = await rows<{ table: string; what: string }>(text);
  assert.deepEqual(
    found.filter(({ table }) => !referenceTables.has(table)).map(({ table, what }) => `${table}: ${what}`),
    [],
  );
}

describe('so that tenants can be spread over several machines', () => {
  it('every table has a tenant_id of the same type that is never empty', async () => {
    const columns = await rows<{ table: string; type: string; filled: boolean }>(
      `SELECT c.relname AS table, format_type(a.atttypid, a.atttypmod) AS type, a.attnotnull AS filled
       FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'tenant_id'
       WHERE c.relkind IN ('r', 'p') AND c.${inSchema} ORDER BY 1`,
    );
    const tables = await tenantTables();
    assert.ok(tables.length > 10);
    assert.deepEqual(
      columns.filter(({ table }) => !referenceTables.has(table)),
      tables.map((table) => ({ table, type: 'text', filled: true })),
    );
  });

  it('every table has a primary key that begins with the tenant', async () => {
    const keys = await rows<{ table: string; first: string }>(
      `SELECT c.relname AS table, a.attname AS first
       FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid
       JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = k.conkey[1]
       WHERE k.contype = 'p' AND c.${inSchema} ORDER BY 1`,
    );
    assert.deepEqual(
      keys.filter(({ table }) => !referenceTables.has(table)),
      (await tenantTables()).map((table) => ({ table, first: 'tenant_id' })),
    );
  });

  it('every unique index includes the tenant, and is of plain columns', async () => {
    await assertNone(
      `SELECT c.relname AS table, i.indexrelid::regclass::text AS what
       FROM pg_index i JOIN pg_class c ON c.oid = i.indrelid
       WHERE (i.indisunique OR i.indisexclusion) AND c.${inSchema}
         AND NOT EXISTS (SELECT FROM pg_attribute a
           WHERE a.attrelid = c.oid AND a.attname = 'tenant_id' AND a.attnum = ANY (i.indkey[0:i.indnkeyatts - 1]))`,
    );
  });

  it('every foreign key joins within the tenant', async () => {
    await assertNone(
      `SELECT c.relname AS table, pg_get_constraintdef(k.oid) AS what
       FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid
       WHERE k.contype = 'f' AND c.${inSchema}
         AND NOT EXISTS (
           SELECT FROM unnest(k.conkey, k.confkey) AS pair (here, there)
           JOIN pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = pair.here AND a.attname = 'tenant_id'
           JOIN pg_attribute b ON b.attrelid = k.confrelid AND b.attnum = pair.there AND b.attname = 'tenant_id')`,
    );
  });

  it('no foreign key sets anything to null, cascades an update or is checked late', async () => {
    await assertNone(
      `SELECT c.relname AS table, pg_get_constraintdef(k.oid) AS what
       FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid
       WHERE k.contype = 'f' AND c.${inSchema}
         AND (k.confdeltype IN ('n', 'd') OR k.confupdtype <> 'a' OR k.condeferrable)`,
    );
  });

  it('no foreign key leaves the tenants for a table that is not sharded', async () => {
    await assertNone(
      `SELECT c.relname AS table, pg_get_constraintdef(k.oid) AS what
       FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid
       WHERE k.contype = 'f' AND c.${inSchema}
         AND k.confrelid::regclass::text IN ('tenant_directory', 'onfile_migrations')`,
    );
  });

  it('there are no triggers but those of foreign keys, and no rules', async () => {
    await assertNone(
      `SELECT c.relname AS table, t.tgname AS what
       FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid
       WHERE NOT t.tgisinternal AND c.${inSchema}
       UNION ALL
       SELECT tablename, rulename FROM pg_rules WHERE schemaname = 'public'`,
    );
  });

  it('no column has a default that a sequence or a volatile function makes', async () => {
    await assertNone(
      `SELECT c.relname AS table, a.attname AS what
       FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
       LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
       WHERE c.relkind IN ('r', 'p') AND c.${inSchema} AND a.attnum > 0
         AND (a.attidentity <> '' OR pg_get_expr(d.adbin, d.adrelid) ~ '\\(')
         -- Stable: the same for all rows of a transaction, on whichever machine it is asked for.
         AND pg_get_expr(d.adbin, d.adrelid) IS DISTINCT FROM 'pg_current_xact_id()'`,
    );
  });

  it('customers’ ids stay within JavaScript’s exact integers', async () => {
    const [sequence] = await rows<{ most: string }>(
      `SELECT max_value::text AS most FROM pg_sequences WHERE sequencename = 'customer_ids'`,
    );
    assert.equal(sequence?.most, String(Number.MAX_SAFE_INTEGER));
  });
});

describe('the wall between tenants', () => {
  it('stands on every table, for the owner too', async () => {
    const walls = await rows<{ table: string; stands: boolean }>(
      `SELECT relname AS table, relrowsecurity AND relforcerowsecurity AS stands
       FROM pg_class WHERE relkind IN ('r', 'p') AND ${inSchema} ORDER BY 1`,
    );
    assert.deepEqual(
      walls.filter(({ table }) => !referenceTables.has(table)),
      (await tenantTables()).map((table) => ({ table, stands: true })),
    );
  });

  it('has no table outside of it, but those of the job queue, which hold ids alone', async () => {
    const outside = await rows<{ schema: string; keeps: boolean }>(
      `SELECT DISTINCT n.nspname AS schema,
         EXISTS (SELECT FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attname = 'tenant_id') AS keeps
       FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
       WHERE c.relkind IN ('r', 'p', 'f', 'm') AND n.nspname NOT IN ('public', 'pg_catalog', 'information_schema')
         AND n.nspname !~ '^pg_(toast|temp)'`,
    );
    assert.deepEqual(outside, [{ schema: jobQueueSchema, keeps: false }]);
  });

  it('is one and the same policy everywhere, and the only one', async () => {
    const policies = await rows<object>(
      `SELECT tablename AS table, permissive, roles::text, cmd, qual, with_check
       FROM pg_policies WHERE schemaname = 'public' ORDER BY 1`,
    );
    const policy = {
      permissive: 'PERMISSIVE',
      roles: '{public}',
      cmd: 'ALL',
      qual: "(tenant_id = ANY (string_to_array(current_setting('app.tenant_ids'::text, true), ','::text)))",
      with_check: null,
    };
    assert.deepEqual(
      policies,
      (await tenantTables()).map((table) => ({ table, ...policy })),
    );
  });

  it('has no view or function that would let the server’s role see over it', async () => {
    const holes = await rows<object>(
      `SELECT relname AS name FROM pg_class WHERE relkind IN ('v', 'm', 'f') AND ${inSchema}
       UNION ALL
       SELECT proname FROM pg_proc WHERE pronamespace = 'public'::regnamespace AND prosecdef`,
    );
    assert.deepEqual(holes, []);
  });
});

describe('the server’s role', () => {
  it('may read and write rows, and nothing else', async () => {
    const grants = await rows<{ table: string; rights: string }>(
      `SELECT c.relname AS table, string_agg(a.privilege_type, ' ' ORDER BY a.privilege_type) AS rights
       FROM pg_class c CROSS JOIN LATERAL aclexplode(c.relacl) AS a
       WHERE a.grantee = '${serverRole}'::regrole AND c.relkind IN ('r', 'p') AND c.${inSchema}
       GROUP BY 1 ORDER BY 1`,
    );
    const tables = await tenantTables();
    assert.deepEqual(
      grants.filter(({ table }) => table !== 'onfile_migrations'),
      [...tables, 'tenant_directory'].toSorted().map((table) => ({
        table,
        rights: refreshedTables.includes(table)
          ? 'DELETE INSERT MAINTAIN SELECT UPDATE'
          : 'DELETE INSERT SELECT UPDATE',
      })),
    );
    assert.equal(grants.find(({ table }) => table === 'onfile_migrations')?.rights, 'SELECT');
  });

  it('owns nothing, bypasses nothing and may create nothing', async () => {
    const [role] = await rows<object>(
      `SELECT r.rolsuper, r.rolbypassrls, r.rolcreaterole, r.rolcreatedb, r.rolreplication,
         has_schema_privilege(r.rolname, 'public', 'CREATE') AS creates,
         EXISTS (SELECT FROM pg_class c WHERE c.relowner = r.oid) AS owns,
         EXISTS (SELECT FROM pg_auth_members m WHERE m.member = r.oid) AS "isMember"
       FROM pg_roles r WHERE r.rolname = '${serverRole}'`,
    );
    assert.deepEqual(role, {
      rolsuper: false,
      rolbypassrls: false,
      rolcreaterole: false,
      rolcreatedb: false,
      rolreplication: false,
      creates: false,
      owns: false,
      isMember: false,
    });
  });

  it('passes its settings on to the machines of a sharded database', async () => {
    const [role] = await rows<{ config: string[] }>(
      `SELECT rolconfig AS config FROM pg_roles WHERE rolname = '${serverRole}'`,
    );
    assert.ok(role?.config.includes('citus.propagate_set_commands=local'));
  });
});
