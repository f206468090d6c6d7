import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { sweepTenant } from '../src/jobs/sweep.ts';
import { refingerprintNumbers } from '../src/ops/keys/refingerprint.ts';
import { beginTenantKeyRotation } from '../src/ops/keys/rotate-tenant-keys.ts';
import { tenantContext } from '../src/ops/tenants/context.ts';
import { listTenantKeys } from '../src/store/keys.ts';
import { auditorOf, sealAndSign, verify } from './harness/audit.ts';
import { misplaced, operator, rotate } from './harness/keys.ts';
import { query } from './harness/look-inside.ts';
import {
  bearer,
  beginRequest,
  createRecord,
  enterCard,
  getRecord,
  keyHeader,
  putRecord,
  replaceInstrument,
  sessionHeader,
  startSession,
  submitCard,
  visa,
} from './harness/main-job.ts';
import { type Answer, startTestServer, type TestServer, type TestTenant } from './harness/server.ts';

let server: TestServer;
let other: TestServer;

before(async () => {
  server = await startTestServer();
  other = await startTestServer({}, server);
});

after(async () => {
  await other.stop();
  await server.stop();
});

const keyIds = async (tenantId: string, purpose: string): Promise<string[]> => {
  const rows = await query<{ key_id: string }>(
    server,
    'SELECT key_id FROM tenant_keys WHERE tenant_id = $1 AND purpose = $2 ORDER BY coalesce(active_from, created_at)',
    [tenantId, purpose],
  );
  return rows.map((row) => row.key_id);
};

describe('a rotation of keys', () => {
  it('makes no version and no event, and history and restored versions read as before', async () => {
    const tenant = await server.tenant('versions');
    const first = await createRecord(server, tenant);
    const { body: second } = await putRecord(server, tenant, { ...first, name: 'Other card' });
    const eventsBefore = await query(server, `SELECT event_id FROM events WHERE tenant_id = 'versions'`);
    await rotate(server, { tenantId: 'versions', graceMs: 0 });
    assert.deepEqual((await getRecord(other, tenant, first.id)).body, second);
    const earlier = await other.call('GET', `/storedPaymentMethods/versions/${first.id}?as_of=1`, {
      headers: bearer(tenant),
    });
    assert.deepEqual([earlier.status, earlier.body], [200, first]);
    assert.deepEqual(await query(server, `SELECT event_id FROM events WHERE tenant_id = 'versions'`), eventsBefore);
    assert.deepEqual(await misplaced(server, 'versions'), []);
    const put = await putRecord(other, tenant, { ...second, name: 'Third card' });
    assert.deepEqual([put.status, put.body.sys_version], [200, 3]);
  });

  it('lets a session that was begun before go on to its end', async () => {
    const tenant = await server.tenant('sessions');
    const session = await startSession(server, tenant);
    const token = await beginRequest(server, session);
    await submitCard(server, session, token, visa);
    await rotate(server, { tenantId: 'sessions', graceMs: 0 });
    const state = await other.call('GET', `/upg/api/v1/payments/${token}`, { headers: sessionHeader(session) });
    assert.deepEqual([state.status, state.body.status], [200, 'PREAUTHED']);
    assert.equal((await replaceInstrument(other, tenant, token)).status, 200);
    assert.deepEqual(await misplaced(server, 'sessions'), []);
  });

  it('still recognises a card that is on file while it goes on, and after it', async () => {
    const tenant = await server.tenant('duplicates');
    const { body: billed } = await replaceInstrument(server, tenant, await enterCard(server, tenant, visa));
    const ctx = await auditorOf(server, 'duplicates');
    await beginTenantKeyRotation(ctx);
    server.clock.advance(6_000);
    const during = await replaceInstrument(other, tenant, await enterCard(other, tenant, visa));
    assert.deepEqual(
      [during.body.match, during.body.storedPaymentMethodId],
      ['SAME_METHOD', billed.storedPaymentMethodId],
    );
    const left = await enterCard(other, tenant, visa);
    await rotate(server, { tenantId: 'duplicates', graceMs: 0, parts: ['tenant'] });
    assert.equal((await replaceInstrument(other, tenant, left)).body.match, 'SAME_METHOD');
    const afterwards = await replaceInstrument(server, tenant, await enterCard(server, tenant, visa));
    assert.equal(afterwards.body.storedPaymentMethodId, billed.storedPaymentMethodId);
    assert.equal((await keyIds('duplicates', 'fingerprint')).length, 1);
  });

  it('answers a retry as before for a day, then destroys the key that the answer was kept under', async () => {
    const tenant = await server.tenant('retries');
    const record = await createRecord(server, tenant);
    const headers = { 'idempotency-key': 'before-the-rotation' };
    const first = await putRecord(server, tenant, { ...record, name: 'Once' }, { headers });
    assert.equal(first.status, 200);
    await rotate(server, { tenantId: 'retries', graceMs: 0 });
    const again = await putRecord(other, tenant, { ...record, name: 'Once' }, { headers });
    assert.deepEqual([again.status, again.headers.get('idempotency-replayed')], [200, 'true']);
    assert.deepEqual(again.body, first.body);
    const mixed = await putRecord(other, tenant, { ...record, name: 'Twice' }, { headers });
    assert.equal(mixed.status, 422);
    assert.equal((await keyIds('retries', 'idempotency')).length, 2);
    server.clock.advance(26 * 3_600_000);
    await sweepTenant(server.services, 'retries');
    assert.equal((await keyIds('retries', 'idempotency')).length, 1);
  });

  it('applies a request once that is sent to two servers at its moment', async () => {
    const tenant = await server.tenant('moment');
    const record = await createRecord(server, tenant);
    await beginTenantKeyRotation(await auditorOf(server, 'moment'));
    const headers = { 'idempotency-key': 'at-the-moment' };
    const send = (to: TestServer) => putRecord(to, tenant, { ...record, name: 'Once' }, { headers });
    const answers = await Promise.all([send(server), send(other)]);
    server.clock.advance(6_000);
    answers.push(...(await Promise.all([send(server), send(other)])));
    for (const { status } of answers) assert.ok([200, 409].includes(status), String(status));
    assert.equal((await getRecord(server, tenant, record.id)).body.sys_version, record.sys_version + 1);
  });

  it('goes on with a list that was begun before', async () => {
    const tenant = await server.tenant('lists');
    for (let n = 0; n < 3; n++) await createRecord(server, tenant);
    const page = (key = '') =>
      other.call('GET', `/storedPaymentMethods/lists?limit=2${key}`, { headers: bearer(tenant) });
    const { body } = await page();
    await rotate(server, { tenantId: 'lists', graceMs: 0 });
    const next = await page(`&exclusiveStartKey=${encodeURIComponent(body.LastEvaluatedKey)}`);
    assert.deepEqual([next.status, next.body.Count], [200, 1]);
  });

  it('continues the audit’s chain, whose old details stay readable, across several rotations', async () => {
    const tenant = await server.tenant('chained');
    const ctx = await auditorOf(server, 'chained');
    for (let n = 0; n < 2; n++) {
      await createRecord(server, tenant);
      await sealAndSign(server, 'chained');
      await rotate(server, { tenantId: 'chained', graceMs: 0 });
    }
    await sealAndSign(server, 'chained');
    const verification = await verify(ctx);
    assert.deepEqual(verification.findings, []);
    assert.ok(verification.checkpoints >= 3);
    const { body } = await other.call('GET', '/audit/chained?action=stored_payment_method.created', {
      headers: keyHeader(tenant),
    });
    assert.equal(body.Items?.length, 2, JSON.stringify(body));
    for (const item of body.Items) assert.equal(item.details.after.name, 'Work card');
    assert.equal((await keyIds('chained', 'audit')).length, 3);
  });

  it('that is interrupted goes on in the next run, which begins nothing new', async () => {
    const tenant: TestTenant = await server.tenant('interrupted');
    await createRecord(server, tenant);
    await assert.rejects(rotate(server, { tenantId: 'interrupted', signal: AbortSignal.timeout(1_000) }));
    assert.equal((await keyIds('interrupted', 'wrapping')).length, 2);
    const { isContinued, tenants } = await rotate(server, { tenantId: 'interrupted', graceMs: 0 });
    assert.equal(isContinued, true);
    assert.deepEqual([tenants[0]?.old.tenant, tenants[0]?.old.customers], [{}, {}]);
    assert.equal((await keyIds('interrupted', 'wrapping')).length, 2);
    assert.deepEqual(await misplaced(server, 'interrupted'), []);
  });

  it('that is run twice at once is one rotation', async () => {
    const tenant = await server.tenant('twice');
    const record = await createRecord(server, tenant);
    const runs = await Promise.all([
      rotate(server, { tenantId: 'twice', graceMs: 300 }),
      rotate(other, { tenantId: 'twice', graceMs: 300 }),
    ]);
    for (const { tenants } of runs) assert.deepEqual([tenants[0]?.old.tenant, tenants[0]?.old.customers], [{}, {}]);
    assert.equal((await keyIds('twice', 'wrapping')).length, 2);
    assert.deepEqual((await getRecord(server, tenant, record.id)).body, record);
    const [keys] = await query<{ n: number }>(
      server,
      `SELECT count(*)::int AS n FROM customer_keys WHERE tenant_id = 'twice' AND retired_at IS NULL`,
    );
    assert.equal(keys?.n, 1);
  });

  it('goes past the number of a customer who is erased at that moment', async () => {
    const tenant = await server.tenant('erased');
    await replaceInstrument(server, tenant, await enterCard(server, tenant));
    const ctx = await tenantContext(server.services, 'erased', operator);
    await beginTenantKeyRotation(ctx);
    await ctx.keys.take(await listTenantKeys(ctx.db, 'erased'));
    server.clock.advance(10_000);
    let erased: Answer | undefined;
    const db: typeof ctx.db = {
      ...ctx.db,
      async single(tenantId, statement, values) {
        const rows = await ctx.db.single<never>(tenantId, statement, values);
        if (statement.name === 'read-fingerprints-under-others') {
          assert.equal(rows.length, 1);
          const path = `/contacts/erased/${tenant.contactId}/erasure`;
          erased = await server.call('POST', path, { headers: bearer(tenant) });
        }
        return rows;
      },
    };
    assert.equal(
      await refingerprintNumbers(
        { ...ctx, db },
        async () => {},
        () => {},
      ),
      0,
    );
    assert.equal(erased?.status, 202);
  });

  it('leaves a key that nothing names any more destroyed: what was sealed under it opens for nobody', async () => {
    const tenant = await server.tenant('destroyed');
    const { id } = await createRecord(server, tenant);
    const [was] = await query<{ key_id: string; sealed: Buffer }>(
      server,
      'SELECT key_id, sealed FROM stored_payment_methods WHERE id = $1',
      [id],
    );
    // As the audit's retention would, so that nothing names the key but the record.
    await query(server, `DELETE FROM audit_entries WHERE tenant_id = 'destroyed' AND key_id = $1`, [was?.key_id]);
    const { tenants } = await rotate(server, { tenantId: 'destroyed', graceMs: 0 });
    assert.equal(tenants[0]?.customers?.destroyed, 1);
    const left = await query(server, 'SELECT 1 FROM customer_keys WHERE key_id = $1', [was?.key_id]);
    assert.equal(left.length, 0);
    await query(server, 'UPDATE stored_payment_methods SET sealed = $2 WHERE id = $1', [id, was?.sealed]);
    assert.equal((await getRecord(other, tenant, id)).status, 500);
  });
});
