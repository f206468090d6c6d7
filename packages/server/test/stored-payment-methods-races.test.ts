import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { assertRefused } from './harness/assert-refused.ts';
import { auditOf, eventsOf, query } from './harness/look-inside.ts';
import { createRecord, getRecord, putRecord } from './harness/main-job.ts';
import { lockRows } from './harness/row-lock.ts';
import { type Answer, startTestServer, type TestServer, type TestTenant } from './harness/server.ts';

let server: TestServer;
let beside: TestServer;
let acme: TestTenant;
let relaxed: TestTenant;

before(async () => {
  server = await startTestServer();
  beside = await startTestServer({}, server);
  acme = await server.tenant('acme');
  relaxed = await server.tenant('relaxed', { concurrencyPolicy: 'version-only' });
});

after(async () => {
  await beside.stop();
  await server.stop();
});

type Record = globalThis.Record<string, any>;
type Written = { version: number; xid: string };

const many = 64;
const numbers = Array.from({ length: many }, (_, n) => n);
const succeeded = (answers: readonly Answer[]): Answer[] => answers.filter(({ status }) => status === 200);

const versionsOf = (id: string): Promise<Written[]> =>
  query(
    server,
    `SELECT sys_version AS version, xmin::text AS xid FROM stored_payment_method_versions
     WHERE id = $1 ORDER BY sys_version`,
    [id],
  );

/** Each version has one row in history, audit and outbox, all of them written by one transaction. */
async function assertWhole(tenant: TestTenant, id: string, latest: number): Promise<void> {
  const versions = await versionsOf(id);
  const only = ({ version, xid }: Written): Written => ({ version, xid });
  assert.deepEqual(
    versions.map(({ version }) => version),
    Array.from({ length: latest }, (_, n) => n + 1),
  );
  assert.deepEqual((await auditOf(server, tenant.tenantId, id)).map(only), versions);
  assert.deepEqual((await eventsOf(server, tenant.tenantId, id)).map(only), versions);
  const current = await query(
    server,
    'SELECT sys_version AS version, xmin::text AS xid FROM stored_payment_methods WHERE id = $1',
    [id],
  );
  assert.deepEqual(current, versions.slice(-1));
}

describe('64 changes of one record that start from the same version', () => {
  it('are one 200, and 409 for all the others, in one process and across two', async () => {
    for (const basis of [{}, { sys_version: undefined }]) {
      const record = await createRecord(server, acme);
      const answers = await Promise.all(
        numbers.map((n) => putRecord(n % 2 === 0 ? server : beside, acme, { ...record, ...basis, name: `Card ${n}` })),
      );
      const [winner, ...others] = succeeded(answers);
      assert.deepEqual([others.length, winner?.body.sys_version], [0, 2]);
      for (const answer of answers.filter((one) => one !== winner)) {
        assertRefused(
          answer,
          409,
          'record.version.conflict',
          'sys_version' in basis ? 'sys_last_modified_at' : 'sys_version',
        );
        assert.equal(answer.body.args[0], '2');
      }
      assert.deepEqual((await getRecord(server, acme, record.id)).body, winner?.body);
      await assertWhole(acme, record.id, 2);
    }
  });

  it('are one 200, and 412 for all the others, when they say so by If-Match', async () => {
    const record = await createRecord(server, acme);
    const answers = await Promise.all(
      numbers.map((n) => putRecord(server, acme, { ...record, name: `Card ${n}` }, { headers: { 'if-match': '"1"' } })),
    );
    assert.equal(succeeded(answers).length, 1);
    assert.equal(answers.filter(({ status }) => status === 412).length, many - 1);
    await assertWhole(acme, record.id, 2);
  });
});

describe('changes that name no version, where the tenant allows it', () => {
  it('all win or say that they lost, and leave no gap', async () => {
    const record = await createRecord(server, relaxed);
    const blind = { ...record, sys_version: undefined };
    const answers = await Promise.all(numbers.map((n) => putRecord(server, relaxed, { ...blind, name: `Card ${n}` })));
    const won = succeeded(answers);
    for (const answer of answers) {
      if (answer.status !== 200) assertRefused(answer, 409, 'concurrent.modification');
    }
    const versions = won.map(({ body }) => body.sys_version).toSorted((one, another) => one - another);
    assert.deepEqual(
      versions,
      Array.from({ length: won.length }, (_, n) => n + 2),
    );
    const current = await getRecord(server, relaxed, record.id);
    assert.equal(current.body.name, won.find(({ body }) => body.sys_version === versions.at(-1))?.body.name);
    await assertWhole(relaxed, record.id, won.length + 1);
  });
});

describe('changes of different records at the same time', () => {
  let records: Record[];

  /** Both lanes of the write path are held up by a lock, so that what comes meanwhile goes into one statement. */
  async function gathered(changes: () => Promise<Answer>[]): Promise<Answer[]> {
    const [first, second] = [await createRecord(server, acme), await createRecord(server, acme)];
    const ids = [first.id, second.id];
    const lock = await lockRows(server, 'SELECT FROM stored_payment_methods WHERE id = ANY ($1)', [ids]);
    const held = [putRecord(server, acme, first), lock.awaited(1).then(() => putRecord(server, acme, second))];
    await lock.awaited(2);
    const waiting = changes();
    await Promise.all(numbers.map(() => getRecord(server, acme, first.id)));
    await lock.release();
    assert.equal(succeeded(await Promise.all(held)).length, 2);
    return Promise.all(waiting);
  }

  before(async () => {
    records = await Promise.all(numbers.map(() => createRecord(server, acme)));
  });

  it('are all 200, and share their transactions', async () => {
    const answers = await gathered(() => records.map((record) => putRecord(server, acme, record)));
    assert.equal(succeeded(answers).length, many);
    const written = await Promise.all(records.map(({ id }) => versionsOf(id)));
    const transactions = new Set(written.map((versions) => versions.at(-1)?.xid));
    assert.ok(transactions.size <= many / 4, `${transactions.size} transactions`);
    for (const { id } of records) await assertWhole(acme, id, 2);
    records = answers.map(({ body }) => body);
  });

  it('fail alone where they must', async () => {
    await createRecord(server, acme, { sys_external_id: 'taken' });
    const [bad, ...good] = records.slice(0, 16);
    const answers = await gathered(() => [
      putRecord(server, acme, { ...bad, sys_external_id: 'taken' }),
      ...good.map((record) => putRecord(server, acme, record)),
    ]);
    const [refused, ...others] = answers;
    assert.ok(refused && bad);
    assertRefused(refused, 409, 'record.external.id.taken', 'sys_external_id');
    assert.equal(succeeded(others).length, good.length);
    await assertWhole(acme, bad['id'], 2);
    for (const record of good) await assertWhole(acme, record['id'], 3);
  });

  it('never mix up their answers', async () => {
    const answers = await gathered(() =>
      records.slice(16, 48).map((record) => putRecord(server, acme, { ...record, name: `Card of ${record['id']}` })),
    );
    for (const { status, body } of answers) assert.deepEqual([status, body.name], [200, `Card of ${body.id}`]);
  });
});
