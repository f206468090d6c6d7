import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { runBackgroundTasks } from './harness/background-tasks.ts';
import { cellsOf, csv, openLoad, readLoad, sendPart, startLoad } from './harness/bulk-loads.ts';
import { customerWithRecord, eraseContact } from './harness/erasures.ts';
import { sweep } from './harness/files.ts';
import { withNewCustomer } from './harness/gateway.ts';
import { misplaced, rotate } from './harness/keys.ts';
import { everyRow, query, statementsThatWait, tablesOf } from './harness/look-inside.ts';
import { enterCard, getRecord, replaceInstrument } from './harness/main-job.ts';
import { everyOpenedValue } from './harness/opened-rows.ts';
import { startTestServer, type TestServer, type TestTenant } from './harness/server.ts';
import { until } from './harness/until.ts';

const customers = 6;
const batches = 12;

let server: TestServer;

before(async () => {
  server = await startTestServer();
});

after(() => server.stop());

/** The tables in which a text is to be found, in clear or by any key that is left. */
async function tracesOf(text: string): Promise<string[]> {
  return tablesOf([...(await everyRow(server)), ...(await everyOpenedValue(server))], text);
}

describe('customers who are erased', () => {
  it('during a rotation of all keys stay erased, and the rotation is whole', async () => {
    const acme = await server.tenant('rotated');
    const gone: TestTenant[] = [];
    const kept: Record<string, any>[] = [];
    for (let n = 0; n < customers; n++) {
      const erased = await customerWithRecord(server, acme, { name: 'Rotationmark', sys_external_id: `gone-${n}` });
      await replaceInstrument(server, erased.tenant, await enterCard(server, erased.tenant));
      gone.push(erased.tenant);
      kept.push((await customerWithRecord(server, acme)).record);
    }
    const erasures: Promise<unknown>[] = [];
    const { db } = server.services;
    const single = db.single.bind(db);
    // Whenever it has read what it is to seal anew of somebody, it is late.
    db.single = async (tenantId, statement, values) => {
      const rows = await single<never>(tenantId, statement, values);
      if (statement.name === 'read-versions-under-key' || statement.name === 'read-vault_secrets-under-key') {
        const next = gone.shift();
        if (next) erasures.push(eraseContact(server, next).then(({ status }) => assert.equal(status, 202)));
        if (erasures.length % 2 === 0) await Promise.all(erasures);
      }
      return rows;
    };
    const { tenants } = await rotate(server, { tenantId: 'rotated', graceMs: 0 });
    db.single = single;
    assert.equal(erasures.length, customers);
    await Promise.all(erasures);
    assert.deepEqual([tenants[0]?.old.tenant, tenants[0]?.old.customers, tenants[0]?.damaged], [{}, {}, []]);
    assert.deepEqual(await misplaced(server, 'rotated'), []);
    await sweep(server, acme);
    assert.deepEqual(await tracesOf('Rotationmark'), []);
    for (const record of kept) assert.deepEqual((await getRecord(server, acme, record['id'])).body, record);
  });

  it('while the rotation holds what they wait for, and the other way round, get past each other', async () => {
    const acme = await server.tenant('crossed');
    const { tenant } = await customerWithRecord(server, acme);
    const { db } = server.services;
    const [single, transaction] = [db.single.bind(db), db.transaction.bind(db)];
    const keysAreHeld = Promise.withResolvers<void>();
    const recordIsHeld = Promise.withResolvers<void>();
    db.transaction = (tenantId, work) =>
      transaction(tenantId, (tx) => {
        const watched: typeof tx.query = async (statement, values) => {
          const rows = await tx.query<never>(statement, values);
          if (statement.name !== 'hold-keys-to-erase') return rows;
          keysAreHeld.resolve();
          await recordIsHeld.promise;
          return rows;
        };
        return work({ ...tx, query: watched });
      });
    let erasing: ReturnType<typeof eraseContact> | undefined;
    db.single = async (tenantId, statement, values) => {
      if (statement.name !== 'move-version-to-key' || erasing) return single(tenantId, statement, values);
      erasing = eraseContact(server, tenant);
      await keysAreHeld.promise;
      const moving = single<never>(tenantId, statement, values);
      moving.catch(() => undefined);
      await until(async () => (await query(server, statementsThatWait)).length > 0);
      recordIsHeld.resolve();
      return moving;
    };
    const { tenants } = await rotate(server, { tenantId: 'crossed', graceMs: 0 });
    Object.assign(db, { single, transaction });
    assert.equal((await erasing)?.status, 202);
    assert.deepEqual([tenants[0]?.old.tenant, tenants[0]?.old.customers], [{}, {}]);
    assert.deepEqual(await misplaced(server, 'crossed'), []);
    const left = await query(
      server,
      `SELECT FROM stored_payment_method_versions WHERE tenant_id = 'crossed' AND sealed IS NOT NULL`,
    );
    assert.deepEqual(left, []);
  });

  it('during a bulk load of their records get none of its rows, which hinders no others', async () => {
    const acme = await server.tenant('loaded');
    const other = await withNewCustomer(server, acme);
    const gone: TestTenant[] = [];
    for (let n = 0; n < customers; n++) gone.push((await customerWithRecord(server, acme)).tenant);
    // Each batch ends before the next row of the same record: of this many batches, all but the first change records.
    const rows = Array.from({ length: batches }, (_, n) => [
      ...gone.flatMap((tenant, who) => [
        cellsOf(tenant, `changed-${who}`, { name_on_account: `Loadmark ${n}` }),
        cellsOf(tenant, `added-${who}-${n}`, { name_on_account: `Loadmark ${n}` }),
      ]),
      cellsOf(other, 'other', { name: `Card ${n}` }),
    ]).flat();
    const id = await openLoad(server, acme);
    await sendPart(server, acme, id, 0, csv(rows));
    await startLoad(server, acme, id);
    const erasures: Promise<unknown>[] = [];
    const { db } = server.services;
    const transaction = db.transaction.bind(db);
    // From the first batch on that was written, each while the next one is under way.
    db.transaction = async (tenantId, work) => {
      let isBatch = false;
      const result = await transaction(tenantId, (tx) => {
        const watched: typeof tx.query = (statement, values) => {
          isBatch ||= statement.name === 'write-bulk-load-results';
          return tx.query(statement, values);
        };
        return work({ ...tx, query: watched });
      });
      const next = isBatch ? gone.shift() : undefined;
      if (next) erasures.push(eraseContact(server, next).then(({ status }) => assert.equal(status, 202)));
      return result;
    };
    await runBackgroundTasks(server, 'loaded');
    await Promise.all(erasures);
    db.transaction = transaction;
    assert.equal(erasures.length, customers);
    const { state, rows: done, created, updated, unchanged, failed } = await readLoad(server, acme, id);
    assert.deepEqual([state, created + updated + unchanged + failed], ['done', done]);
    assert.ok(failed > 0 && updated >= batches - 1, JSON.stringify({ created, updated, unchanged, failed }));
    const left = await query(
      server,
      `SELECT c.contact_id = $2 AS others, count(*)::int AS records FROM stored_payment_methods m
       JOIN customers c ON c.tenant_id = m.tenant_id AND c.customer_id = m.customer_id
       WHERE m.tenant_id = $1 AND m.sealed IS NOT NULL GROUP BY 1`,
      ['loaded', other.contactId],
    );
    assert.deepEqual(left, [{ others: true, records: 1 }]);
    await sweep(server, acme);
    assert.deepEqual(await tracesOf('Loadmark'), []);
  });
});
