import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { scopes } from '../src/contract/scopes.ts';
import { createRecalculation } from '../src/ops/recalculations/create.ts';
import { getRecalculation } from '../src/ops/recalculations/get.ts';
import { listRecalculations } from '../src/ops/recalculations/list.ts';
import { recalculateRecords } from '../src/ops/recalculations/run.ts';
import { tenantContext } from '../src/ops/tenants/context.ts';
import { findTask } from '../src/store/background-tasks.ts';
import { assertRefused } from './harness/assert-refused.ts';
import { runBackgroundTasks } from './harness/background-tasks.ts';
import {
  defineField,
  defineFields,
  recalculate,
  recalculations,
  redefineField,
  valuesOf,
} from './harness/calculated-fields.ts';
import { auditOf, eventsOf, query } from './harness/look-inside.ts';
import { bearer, createRecord, getRecord, putRecord } from './harness/main-job.ts';
import { startTestServer, type TestServer, type TestTenant } from './harness/server.ts';

const delayMs = 2_001;
const label = (calculation: string) => ({ type: 'string', calculation });

describe('a recalculation', () => {
  let server: TestServer;
  let tenants = 0;

  before(async () => {
    server = await startTestServer();
  });
  after(() => server.stop());

  const newTenant = () => server.tenant(`recalculated-${tenants++}`);
  const newest = async (tenant: TestTenant) => (await recalculations(server, tenant, '?limit=1')).body.Items[0];
  async function runRecalculations(tenant: TestTenant) {
    server.clock.advance(delayMs);
    await runBackgroundTasks(server, tenant.tenantId);
    return newest(tenant);
  }

  it('follows a new calculated field by itself, visibly, and gives each record its next version', async () => {
    const tenant = await newTenant();
    const records = [await createRecord(server, tenant), await createRecord(server, tenant, { name: 'Spare' })];
    await defineFields(server, tenant, { label__c: label('record.name + "!"') });
    const waiting = await newest(tenant);
    assert.deepEqual([waiting.state, waiting.seen, waiting.changed], ['waiting', 0, 0]);
    const { id, ...done } = await runRecalculations(tenant);
    assert.equal(id, waiting.id);
    assert.deepEqual([done.state, done.seen, done.changed, done.failed], ['done', 2, 2, 0]);
    assert.ok(done.started_at && done.ended_at);
    assert.deepEqual((await recalculations(server, tenant, `/${id}`)).body, { id, ...done });
    for (const record of records) {
      const { body } = await getRecord(server, tenant, record.id);
      assert.deepEqual([body.sys_version, valuesOf(body)], [2, { label__c: `${record.name}!` }]);
      assert.equal(body.sys_last_security_context.action, 'stored_payment_method.recalculated');
      assert.equal(body.sys_last_modified_by_id, tenant.clientId);
      const names = (await eventsOf(server, tenant.tenantId, record.id)).map(({ name }) => name);
      assert.deepEqual(names, ['stored_payment_method.created', 'stored_payment_method.recalculated']);
      assert.equal((await auditOf(server, tenant.tenantId, record.id)).length, 2);
    }
  });

  it('makes no version of a record that stays as it is', async () => {
    const tenant = await newTenant();
    await defineFields(server, tenant, { label__c: label('record.name') });
    const { id } = await createRecord(server, tenant);
    const { seen, changed } = await runRecalculations(tenant);
    assert.deepEqual([seen, changed], [1, 0]);
    assert.equal((await getRecord(server, tenant, id)).body.sys_version, 1);
    assert.equal((await recalculate(server, tenant)).status, 202);
    assert.deepEqual((await runRecalculations(tenant)).changed, 0);
    assert.equal((await getRecord(server, tenant, id)).body.sys_version, 1);
  });

  it('comes to rest where a result is rounded to zero from below', async () => {
    const tenant = await newTenant();
    const small = { type: 'numeric', constraints: { decimals: 2 }, calculation: '-0.001' };
    await defineFields(server, tenant, { small__c: small });
    const record = await createRecord(server, tenant);
    assert.equal((await runRecalculations(tenant)).changed, 0);
    assert.equal((await getRecord(server, tenant, record.id)).body.sys_version, 1);
  });

  it('gives no record more values than it can be sent back with', async () => {
    const tenant = await newTenant();
    const values = Array.from({ length: 500 }, (_, n) => ({ custom_field_id: `f${n}__c`, boolean_value: true }));
    const { id } = await createRecord(server, tenant, { custom_field_values: values });
    await defineFields(server, tenant, { label__c: label('record.name'), more__c: label('fields.label__c') });
    assert.equal((await runRecalculations(tenant)).failed, 1);
    const { body } = await getRecord(server, tenant, id);
    assert.deepEqual(
      [body.custom_field_values.length, body.sys_calculated_field_errors],
      [
        500,
        [
          { field: 'label__c', error: 'The record holds as many values as it can.' },
          { field: 'more__c', error: 'It reads label__c, whose calculation failed.' },
        ],
      ],
    );
    const sent = await putRecord(server, tenant, body);
    assert.equal(sent.status, 200, JSON.stringify(sent.body));
  });

  it('tells how many records failed, and mends them once the definition is mended', async () => {
    const tenant = await newTenant();
    const { id } = await createRecord(server, tenant);
    await createRecord(server, tenant, { billing_address: { city: 'Bern' } });
    await defineFields(server, tenant, { city__c: label('record.billing_address.city') });
    const broken = await runRecalculations(tenant);
    assert.deepEqual([broken.seen, broken.changed, broken.failed], [2, 2, 1]);
    const { body: failing } = await getRecord(server, tenant, id);
    assert.equal(failing.sys_calculated_field_error, 'city__c: A value that it reads is not there.');
    const mended = label('has(record.billing_address.city) ? record.billing_address.city : "?"');
    assert.equal((await redefineField(server, tenant, 'city__c', mended)).status, 200);
    const { changed, failed } = await runRecalculations(tenant);
    assert.deepEqual([changed, failed], [1, 0]);
    const { body } = await getRecord(server, tenant, id);
    assert.deepEqual([valuesOf(body), body.sys_calculated_field_error], [{ city__c: '?' }, undefined]);
  });

  it('is one for all changes that come before it begins', async () => {
    const tenant = await newTenant();
    const { id } = await createRecord(server, tenant);
    await defineFields(server, tenant, { one__c: label('"1"'), two__c: label('"2"') });
    await redefineField(server, tenant, 'one__c', label('"one"'));
    const { body: byHand } = await recalculate(server, tenant);
    const { body } = await recalculations(server, tenant);
    assert.deepEqual([body.Count, body.Items[0].id], [1, byHand.id]);
    await runRecalculations(tenant);
    assert.deepEqual(valuesOf((await getRecord(server, tenant, id)).body), { one__c: 'one', two__c: '2' });
    assert.equal((await getRecord(server, tenant, id)).body.sys_version, 2);
  });

  it('waits until no process goes on with the earlier definitions, and a change puts it off again', async () => {
    const tenant = await newTenant();
    await createRecord(server, tenant);
    await defineFields(server, tenant, { one__c: label('"1"') });
    await runBackgroundTasks(server, tenant.tenantId);
    assert.equal((await newest(tenant)).state, 'waiting');
    server.clock.advance(1_500);
    await redefineField(server, tenant, 'one__c', label('"one"'));
    server.clock.advance(1_500);
    await runBackgroundTasks(server, tenant.tenantId);
    assert.equal((await newest(tenant)).state, 'waiting');
    assert.equal((await runRecalculations(tenant)).state, 'done');
  });

  it('is followed by another when a definition changes while it runs', async () => {
    const tenant = await newTenant();
    const { id } = await createRecord(server, tenant);
    await defineFields(server, tenant, { one__c: label('"1"') });
    await query(server, `UPDATE background_tasks SET state = 'running' WHERE tenant_id = $1`, [tenant.tenantId]);
    await redefineField(server, tenant, 'one__c', label('"one"'));
    assert.equal((await recalculations(server, tenant)).body.Count, 2);
    const last = await runRecalculations(tenant);
    assert.equal(last.state, 'done');
    assert.deepEqual(valuesOf((await getRecord(server, tenant, id)).body), { one__c: 'one' });
  });

  it('also calculates a locked record, which stays locked', async () => {
    const tenant = await newTenant();
    const { id } = await createRecord(server, tenant, { sys_locked: true });
    await defineFields(server, tenant, { label__c: label('record.name') });
    await runRecalculations(tenant);
    const { body } = await getRecord(server, tenant, id);
    assert.deepEqual([body.sys_locked, valuesOf(body)], [true, { label__c: 'Work card' }]);
    assertRefused(await putRecord(server, tenant, { ...body, name: 'Other' }), 409, 'record.locked');
  });

  it('leaves deleted records as they are', async () => {
    const tenant = await newTenant();
    const { id } = await createRecord(server, tenant);
    const path = `/storedPaymentMethods/${tenant.tenantId}/${id}`;
    await server.call('DELETE', path, { headers: bearer(tenant) });
    await defineFields(server, tenant, { label__c: label('record.name') });
    assert.equal((await runRecalculations(tenant)).seen, 0);
  });

  it('takes the values of a retired field away', async () => {
    const tenant = await newTenant();
    await defineFields(server, tenant, { label__c: label('record.name') });
    const { id } = await createRecord(server, tenant);
    await server.call('DELETE', `/customFields/${tenant.tenantId}/label__c`, { headers: bearer(tenant) });
    await runRecalculations(tenant);
    const { body } = await getRecord(server, tenant, id);
    assert.deepEqual([body.sys_version, valuesOf(body)], [2, {}]);
  });

  it('walks over more records than it writes at once', async () => {
    const tenant = await newTenant();
    await Promise.all(Array.from({ length: 61 }, () => createRecord(server, tenant)));
    await defineFields(server, tenant, { label__c: label('record.name') });
    const { seen, changed } = await runRecalculations(tenant);
    assert.deepEqual([seen, changed], [61, 61]);
    const rows = await query<{ count: string }>(
      server,
      'SELECT count(*) FROM stored_payment_method_versions WHERE tenant_id = $1 AND sys_version > 2',
      [tenant.tenantId],
    );
    assert.equal(Number(rows[0]?.count), 0);
  });

  it('lets records that are on file already be found by a field that becomes filterable', async () => {
    const tenant = await newTenant();
    await defineFields(server, tenant, { label__c: label('record.name') });
    const { id } = await createRecord(server, tenant);
    await createRecord(server, tenant, { name: 'Spare' });
    await runRecalculations(tenant);
    const found = () =>
      server.call('GET', `/storedPaymentMethods/${tenant.tenantId}?custom_field=label__c%3DWork%20card`, {
        headers: bearer(tenant),
      });
    await redefineField(server, tenant, 'label__c', { ...label('record.name'), is_filterable: true });
    const { changed } = await runRecalculations(tenant);
    const { body } = await found();
    assert.deepEqual([changed, body.Items.map((record: any) => record.id)], [0, [id]]);
    assert.equal(body.Items[0].sys_version, 1, 'to be found is no change of the record');
    await redefineField(server, tenant, 'label__c', label('record.name'));
    await runRecalculations(tenant);
    const terms = await query(server, 'SELECT term FROM custom_field_terms WHERE tenant_id = $1', [tenant.tenantId]);
    assert.deepEqual(terms, []);
  });

  it('neither loses nor repeats a change that gets ahead of it', async () => {
    const tenant = await newTenant();
    const records = [await createRecord(server, tenant), await createRecord(server, tenant)];
    await defineFields(server, tenant, { label__c: label('record.name') });
    const caller = { kind: 'client', id: tenant.clientId, scopes: new Set(scopes) } as const;
    const ctx = await tenantContext(server.services, tenant.tenantId, caller);
    const { body } = await recalculate(server, tenant);
    const task = await findTask(ctx.db, tenant.tenantId, 'recalculation', body.id);
    assert.ok(task);
    let progress: object = {};
    let commits = 0;
    await recalculateRecords({
      ctx,
      task,
      async commit(next, work) {
        if (commits++ === 0) await putRecord(server, tenant, { ...records[0], name: 'Renamed' });
        const result = await ctx.db.transaction(tenant.tenantId, work);
        progress = next;
        return result;
      },
    });
    const shown = await Promise.all(records.map(async ({ id }) => (await getRecord(server, tenant, id)).body));
    assert.deepEqual(
      shown.map(({ name, sys_version }) => [name, sys_version]),
      [
        ['Renamed', 2],
        ['Work card', 2],
      ],
    );
    assert.deepEqual(shown.map(valuesOf), [{ label__c: 'Renamed' }, { label__c: 'Work card' }]);
    assert.deepEqual(progress, { seen: 2, changed: 1, failed: 0, after: records[1].id });
    assert.equal(commits, 2, 'the one that was changed meanwhile was read again');
  });

  it('is not for a caller who is limited to one contact', async () => {
    const tenant = await newTenant();
    const caller = { kind: 'client', id: 'limited', scopes: new Set(scopes), contactId: tenant.contactId } as const;
    const ctx = await tenantContext(server.services, tenant.tenantId, caller);
    for (const attempt of [createRecalculation(ctx, undefined), listRecalculations(ctx, {})]) {
      await assert.rejects(attempt, { code: 'errormessage.permission.denied' });
    }
    await assert.rejects(getRecalculation(ctx, { id: 'any' }), { code: 'errormessage.permission.denied' });
  });

  it('can be ordered by hand once by a key, and only by who may define fields', async () => {
    const tenant = await newTenant();
    const headers = { 'idempotency-key': 'once' };
    const first = await recalculate(server, tenant, headers);
    await runRecalculations(tenant);
    assert.deepEqual((await recalculate(server, tenant, headers)).body, first.body);
    assert.equal((await recalculations(server, tenant)).body.Count, 1);
    const trail = await auditOf(server, tenant.tenantId, first.body.id);
    assert.deepEqual(
      trail.map(({ name }) => name),
      ['recalculation.ordered'],
    );
    const reader = await server.tenant(`recalculated-${tenants++}`, { scopes: ['CUSTOM_FIELD_READ'] });
    assertRefused(await recalculate(server, reader), 403, 'permission.denied');
    assert.equal((await recalculations(server, reader)).status, 200);
  });

  it('is not to be seen by another tenant', async () => {
    const tenant = await newTenant();
    const other = await newTenant();
    const { body } = await recalculate(server, tenant);
    const unknown = await recalculations(server, other, '/recalculation_nope');
    assertRefused(unknown, 404, 'recalculation.not.found', 'id');
    const foreign = await recalculations(server, other, `/${body.id}`);
    assertRefused(foreign, 404, 'recalculation.not.found', 'id');
    assert.equal((await recalculations(server, other)).body.Count, 0);
    const refused = await defineField(server, other, 'x__c', label('"'));
    assert.equal(refused.status, 400);
    assert.equal((await recalculations(server, other)).body.Count, 0, 'a refused definition orders none');
  });
});
