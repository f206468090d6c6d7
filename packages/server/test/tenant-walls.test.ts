import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, describe, it } from 'node:test';
import { Client } from 'pg';
import { serverRole } from '../src/embedded-postgres/launcher.ts';
import { openJobQueue } from '../src/store/job-queue.ts';
import { query } from './harness/look-inside.ts';
import { fieldsOf, isPublic, type Operation, operationsOf } from './harness/openapi-operations.ts';
import { type Caller, callerFor, samplesOf, send, urlOf } from './harness/sample-requests.ts';
import type { Ids, Sample } from './harness/samples/sample.ts';
import { type Answer, startTestServer, type TestServer, type TestTenant } from './harness/server.ts';
import { watchStatements } from './harness/statements.ts';
import { storedRowsOf, tenantTables } from './harness/stored-rows.ts';

let server: TestServer;
let acme: TestTenant;
let other: TestTenant;
let operations: Operation[];
/** The statements that the server sent since it was last asked. */
let statements: () => string[];

before(async () => {
  server = await startTestServer();
  acme = await server.tenant('acme');
  other = await server.tenant('other');
  statements = watchStatements(server);
  operations = (await operationsOf(server)).filter((operation) => !isPublic(operation));
});

after(() => server.stop());

/** An id of the same form that nothing has. */
const absentLike = (id: string | number): string | number =>
  typeof id === 'number' ? 999_999_999_999 : `${id.slice(0, -1)}${id.endsWith('a') ? 'b' : 'a'}`;

/** All that a caller sees of an answer, but for what differs from request to request, and the id that it sent. */
function seen({ status, headers, body }: Answer, sent: string | number): object {
  const varying = new Set(['date', 'content-length', 'x-trace-id']);
  const made = { traceId: '', token: '', tokenValidUntil: '' };
  return {
    status,
    headers: [...headers].filter(([name]) => !varying.has(name)),
    body: JSON.stringify({ ...body, ...made })
      .replaceAll(/"traceId":"\d+"/g, '')
      .replaceAll(String(sent), 'SENT'),
  };
}

const sameRequest = (operation: Operation, one: Sample, another: Sample): boolean =>
  urlOf(operation, one) === urlOf(operation, another) && JSON.stringify(one.body) === JSON.stringify(another.body);

/** Names of fields that hold an id that Onfile gave to something. */
const namesAnId = /^(?:id|.*(?:[a-z]Id|_id|Token|_token|^token))$/;
/** Ids that mean something elsewhere, or that the server makes and ignores when they are sent. */
const idOfSomethingElse = /^(?:sys_.*|custom_field_id|processor_account_id|thirdPartyId|time_zone_id)$/;

/** The ids that can be told from other text; a tenant's could be any word. */
const idsOfOne = ({ ids }: Caller): (string | number)[] =>
  Object.entries(ids).flatMap(([kind, id]) => (kind === 'tenantId' || id === undefined ? [] : [id]));

describe('another tenant’s id', () => {
  it('is answered like one that nothing has, with as much work, wherever an operation takes one', async () => {
    for (const operation of operations) {
      for (const sampleOf of samplesOf(operation)) {
        const [own, foreign]: [Caller, Caller] = [
          await callerFor(server, acme, operation),
          await callerFor(server, other, operation),
        ];
        const sample = sampleOf(own.ids, acme);
        const untouched = await storedRowsOf(server, 'other');
        for (const kind of Object.keys(own.ids) as (keyof Ids)[]) {
          const ask = async (id: string | number): Promise<object> => {
            statements();
            const answer = await send(server, operation, sampleOf({ ...own.ids, [kind]: id }, acme), own);
            return { ...seen(answer, id), statements: statements() };
          };
          const theirs = foreign.ids[kind];
          if (theirs === undefined || sameRequest(operation, sample, sampleOf({ ...own.ids, [kind]: theirs }, acme))) {
            continue;
          }
          assert.deepEqual(await ask(theirs), await ask(absentLike(theirs)), `${operation.name}: ${kind}`);
        }
        const answer = await send(server, operation, sample, own);
        const text = JSON.stringify(answer.body);
        assert.ok(answer.status < 300, `${operation.name} with its own ids: ${text}`);
        for (const id of idsOfOne(foreign)) assert.doesNotMatch(text, new RegExp(`\\b${id}\\b`), operation.name);
        assert.deepEqual(await storedRowsOf(server, 'other'), untouched, operation.name);
      }
    }
  });

  it('is tried at every place that has one in the OpenAPI document', async () => {
    for (const operation of operations) {
      const caller = await callerFor(server, acme, operation);
      const tried = samplesOf(operation).map((sampleOf) => sampleOf(caller.ids, acme));
      for (const name of operation.pathNames) {
        assert.ok(
          tried.every(({ path }) => path?.[name] !== undefined),
          `${operation.name}: ${name}`,
        );
      }
      for (const name of Object.keys(operation.query)) {
        if (!namesAnId.test(name) || idOfSomethingElse.test(name)) continue;
        assert.ok(
          tried.some(({ query: sent }) => sent?.[name] !== undefined),
          `${operation.name}?${name}`,
        );
      }
      for (const [path] of operation.body ? fieldsOf(operation.body) : []) {
        const name = path.split('.').at(-1) ?? '';
        if (!namesAnId.test(name) || idOfSomethingElse.test(name)) continue;
        const isCreation = operation.method === 'POST' && (name === 'id' || name === 'customer_id');
        const isSent = tried.some(({ body }) => JSON.stringify(body).includes(`"${name}":`));
        assert.ok(isCreation || isSent, `${operation.name}: ${path}`);
      }
    }
  });
});

/** What the job queue holds of a job (docs/decisions/0013): which task of which tenant, and nothing of how it went. */
const jobOfIdsAlone = [['taskId', 'tenantId'], null];

describe('in the database, the server’s role', () => {
  async function asServer<Result>(settings: string, work: (client: Client) => Promise<Result>): Promise<Result> {
    const client = new Client({ connectionString: server.database.url });
    await client.connect();
    try {
      await client.query(`BEGIN; ${settings}`);
      return await work(client);
    } finally {
      await client.end();
    }
  }

  const tenantsSeen = (settings: string, table: string): Promise<string[]> =>
    asServer(settings, async (client) => {
      const { rows } = await client.query<{ tenant_id: string }>(`SELECT DISTINCT tenant_id FROM ${table} ORDER BY 1`);
      return rows.map((row) => row.tenant_id);
    });

  it('sees no row of any tenant without saying whose', async () => {
    for (const table of await tenantTables(server)) {
      for (const settings of ['', "SET LOCAL app.tenant_ids = ''", "SET LOCAL app.tenant_ids = 'nobody'"]) {
        assert.deepEqual(await tenantsSeen(settings, table), [], table);
      }
    }
  });

  it('sees no row of any other table, but which tenants and migrations there are, and the job queue’s', async () => {
    const jobs = await openJobQueue(server.services.db, { maintains: false, onError: assert.ifError });
    await jobs.send([{ tenantId: 'acme', taskId: randomUUID() }]);
    await jobs.stop();
    const readable = await query<{ name: string }>(
      server,
      `SELECT c.oid::regclass::text AS name FROM pg_class c
       WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f') AND c.oid >= 16384
         AND has_schema_privilege('${serverRole}', c.relnamespace, 'USAGE')
         AND has_table_privilege('${serverRole}', c.oid, 'SELECT')`,
    );
    const walled = new Set(await tenantTables(server));
    const open = readable.map(({ name }) => name).filter((name) => !walled.has(name));
    const outside = open.filter((name) => !name.startsWith('onfile_jobs.'));
    assert.deepEqual(outside.toSorted(), ['onfile_migrations', 'tenant_directory']);
    const kept = await query<{ data: object; output: unknown }>(server, 'SELECT data, output FROM onfile_jobs.job');
    assert.ok(kept.length > 0);
    for (const { data, output } of kept) assert.deepEqual([Object.keys(data).toSorted(), output], jobOfIdsAlone);
  });

  it('sees the rows of the one tenant that it names, and those alone', async () => {
    const filled: string[] = [];
    for (const table of await tenantTables(server)) {
      const there = await query<{ tenant_id: string }>(server, `SELECT DISTINCT tenant_id FROM ${table} ORDER BY 1`);
      const expected = there.map((row) => row.tenant_id).filter((tenantId) => tenantId === 'other');
      assert.deepEqual(await tenantsSeen("SET LOCAL app.tenant_ids = 'other'", table), expected, table);
      if (expected.length > 0 && there.length > 1) filled.push(table);
    }
    for (const table of ['customers', 'stored_payment_methods', 'events', 'payment_requests', 'vault_secrets']) {
      assert.ok(filled.includes(table), `${table} has rows of two tenants`);
    }
  });

  it('cannot write, change or delete a row of another tenant', async () => {
    const asOther = "SET LOCAL app.tenant_ids = 'other'";
    for (const table of await tenantTables(server)) {
      await asServer(asOther, async (client) => {
        const deleted = await client.query(`DELETE FROM ${table} WHERE tenant_id = 'acme'`);
        assert.equal(deleted.rowCount, 0, table);
        const changed = await client.query(`UPDATE ${table} SET tenant_id = 'other' WHERE tenant_id = 'acme'`);
        assert.equal(changed.rowCount, 0, table);
      });
    }
    const moving = asServer(asOther, (client) => client.query(`UPDATE events SET tenant_id = 'acme'`));
    await assert.rejects(moving, { code: '42501' });
    const writing = asServer(asOther, (client) =>
      client.query(
        `INSERT INTO rate_limits (tenant_id, bucket, window_started_at, used) VALUES ('acme', 'b', '2026-01-01', 1)`,
      ),
    );
    await assert.rejects(writing, { code: '42501' });
  });
});
