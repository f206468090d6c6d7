import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { assertRefused } from './harness/assert-refused.ts';
import { runBackgroundTasks } from './harness/background-tasks.ts';
import {
  beforeStretches,
  conflictsOf,
  counts,
  createRecords,
  finish,
  getOperation,
  operate,
  orderOperation,
  previewOperation,
  readRecord,
  rename,
  undoOperation,
} from './harness/bulk-data-operations.ts';
import { defineField } from './harness/custom-fields.ts';
import { fileValue, storeFile } from './harness/files.ts';
import { bill, entries, tenantWithEveryChoice } from './harness/instruments.ts';
import { auditOf, eventsOf, query, tablesHolding } from './harness/look-inside.ts';
import { bearer, enterCard, replaceInstrument, visa } from './harness/main-job.ts';
import { startTestServer, type TestServer, type TestTenant } from './harness/server.ts';

let server: TestServer;
let tenants = 0;
const newTenant = (): Promise<TestTenant> => server.tenant(`club-${tenants++}`);

before(async () => {
  server = await startTestServer();
});
after(() => server.stop());

const patchRecord = (tenant: TestTenant, id: string, body: object) =>
  server.call('PATCH', `/storedPaymentMethods/${tenant.tenantId}/${id}`, { headers: bearer(tenant), body });
const lock = (tenant: TestTenant, id: string) =>
  server.call('PUT', `/storedPaymentMethods/${tenant.tenantId}/${id}/lock`, {
    headers: bearer(tenant),
    body: { reason: 'A disputed charge' },
  });
const done = (selected: number, changed: number, rest: object = {}): object => ({
  state: 'done',
  selected,
  changed,
  unchanged: 0,
  failed: 0,
  ...rest,
});

describe('a bulk change', () => {
  it('changes the records that its filter selects and no others', async () => {
    const tenant = await newTenant();
    const visas = await createRecords(server, tenant, 3);
    const [other] = await createRecords(server, tenant, 1, () => ({ credit_card_type: 'mastercard' }));
    const operation = await operate(server, tenant, {
      kind: 'change',
      filter: { credit_card_type: 'visa' },
      patch: rename('Renamed'),
      reason: 'A new naming scheme',
    });
    assert.deepEqual(counts(operation), done(3, 3));
    for (const { id } of visas) {
      const record = await readRecord(server, tenant, id);
      assert.deepEqual([record['name'], record['sys_version']], ['Renamed', 2]);
      assert.deepEqual(
        [record['sys_last_bulk_data_operation_id'], record['sys_last_bulk_data_operation_sys_version']],
        [operation['id'], '2'],
      );
      assert.equal(record['sys_last_security_context'].actor, tenant.clientId);
    }
    assert.deepEqual(await readRecord(server, tenant, other?.['id']), other);
    assert.deepEqual(operation['patch'], [{ op: 'replace', path: '/name' }]);
    assert.equal(operation['reason'], 'A new naming scheme');
  });

  it('meets each record once, also when it changes what is filtered by', async () => {
    const tenant = await newTenant();
    await createRecords(server, tenant, 3, () => ({ expires: '2030-01-31' }));
    const patch = [{ op: 'replace', path: '/expires', value: '2031-01-31' }];
    const order = { kind: 'change', filter: { expiring_before: '2032-01-01' }, patch };
    assert.deepEqual(counts(await operate(server, tenant, order)), done(3, 3));
    assert.deepEqual(counts(await operate(server, tenant, order)), done(3, 0, { unchanged: 3 }));
    const { changed } = await operate(server, tenant, { ...order, filter: { expiring_before: '2031-01-01' } });
    assert.equal(changed, 0);
  });

  it('leaves a record that is put on file after the order as it is', async () => {
    const tenant = await newTenant();
    await createRecords(server, tenant, 1);
    const ordered = orderOperation(server, tenant, { kind: 'change', all: true, patch: rename('Renamed') });
    await ordered;
    server.clock.advance(1);
    const [late] = await createRecords(server, tenant, 1);
    assert.deepEqual(counts(await finish(server, tenant, ordered)), done(1, 1));
    assert.deepEqual(await readRecord(server, tenant, late?.['id']), late);
  });

  it('keeps to every rule of a single change, and lists each record that one refused with why', async () => {
    const tenant = await newTenant();
    const [free, locked] = await createRecords(server, tenant, 2);
    await lock(tenant, locked?.['id']);
    const operation = await operate(server, tenant, { kind: 'change', all: true, patch: rename('Renamed') });
    assert.deepEqual(counts(operation), done(2, 1, { failed: 1 }));
    const [conflict, ...more] = await conflictsOf(server, tenant, operation['id']);
    assert.deepEqual([conflict?.['id'], conflict?.['sys_version'], more], [locked?.['id'], 2, []]);
    const alone = await patchRecord(tenant, locked?.['id'], rename('Renamed'));
    assert.deepEqual({ ...conflict?.['error'], traceId: '' }, { ...alone.body, traceId: '' });
    assert.equal((await readRecord(server, tenant, free?.['id']))['name'], 'Renamed');
    const german = await server.call('GET', `/bulkDataOperations/${tenant.tenantId}/${operation['id']}/conflicts`, {
      headers: { ...bearer(tenant), 'accept-language': 'de' },
    });
    assert.match(german.body.Items[0].error.errorMessage, /gesperrt/);
    assert.deepEqual(await tablesHolding(server, 'A disputed charge'), []);
  });

  it('goes over locks only when it says so, and says so in their events', async () => {
    const tenant = await newTenant();
    const [locked] = await createRecords(server, tenant, 1);
    await lock(tenant, locked?.['id']);
    const patch = [...rename('Renamed'), { op: 'add', path: '/sys_directive', value: 'override-lock' }];
    assert.deepEqual(counts(await operate(server, tenant, { kind: 'change', all: true, patch })), done(1, 1));
    const last = (await eventsOf(server, tenant.tenantId, locked?.['id'])).at(-1);
    assert.deepEqual((last?.payload as { lock_overridden?: boolean } | undefined)?.lock_overridden, true);
  });

  it('selects and changes by custom field', async () => {
    const tenant = await newTenant();
    await defineField(server, tenant, { id: 'colour__c', type: 'string', is_filterable: true });
    const coloured = (colour: string) => ({
      custom_field_values: [
        { custom_field_id: 'size__c', numeric_value: 7 },
        { custom_field_id: 'colour__c', string_value: colour },
      ],
    });
    const [red, blue] = await createRecords(server, tenant, 2, (n) => coloured(n === 0 ? 'red' : 'blue'));
    const patch = [{ op: 'replace', path: '/custom_field_values/colour__c/string_value', value: 'green' }];
    const order = { kind: 'change', filter: { custom_field: ['colour__c=red'] }, patch };
    const operation = await operate(server, tenant, order);
    assert.deepEqual(counts(operation), done(1, 1));
    const values = async (id: string) => (await readRecord(server, tenant, id))['custom_field_values'];
    assert.deepEqual(await values(red?.['id']), coloured('green').custom_field_values);
    assert.deepEqual(await values(blue?.['id']), coloured('blue').custom_field_values);
    assert.equal((await operate(server, tenant, order))['selected'], 0);
    const unfiltered = await orderOperation(server, tenant, { ...order, filter: { custom_field: ['size__c=7'] } });
    assertRefused(unfiltered, 400, 'validation.allowed.values', 'filter.custom_field[0]');
    const undone = await finish(server, tenant, undoOperation(server, tenant, operation['id']));
    assert.deepEqual(counts(undone), done(1, 1));
    assert.equal((await operate(server, tenant, order))['selected'], 1, 'it is found by what it was before again');
  });

  it('gives an external id to one record only, the first', async () => {
    const tenant = await newTenant();
    const [first, second] = await createRecords(server, tenant, 2);
    const patch = [{ op: 'add', path: '/sys_external_id', value: 'crm-1' }];
    const order = { kind: 'change', all: true, patch };
    const { body: preview } = await previewOperation(server, tenant, order);
    const operation = await operate(server, tenant, order);
    assert.deepEqual(counts(operation), done(2, 1, { failed: 1 }));
    assert.deepEqual([preview.changed, preview.failed], [1, 1]);
    assert.equal((await readRecord(server, tenant, first?.['id']))['sys_external_id'], 'crm-1');
    const [conflict] = await conflictsOf(server, tenant, operation['id']);
    assert.deepEqual(
      [conflict?.['id'], conflict?.['error'].errorCode],
      [second?.['id'], 'errormessage.record.external.id.taken'],
    );
  });

  it('gives a file to one record only, the first, as the preview says', async () => {
    const tenant = await newTenant();
    const [first] = await createRecords(server, tenant, 3);
    const patch = [{ op: 'add', path: '/custom_field_values', value: [fileValue(await storeFile(server, tenant))] }];
    const order = { kind: 'change', all: true, patch };
    const { body: preview } = await previewOperation(server, tenant, order);
    assert.deepEqual([preview.changed, preview.failed], [1, 2]);
    assert.deepEqual(preview.failures, [{ error_code: 'errormessage.file.taken', count: 2 }]);
    assert.deepEqual(counts(await operate(server, tenant, order)), done(3, 1, { failed: 2 }));
    assert.equal((await readRecord(server, tenant, first?.['id']))['sys_has_files_in_s3'], true);
  });

  it('survives another change that gets ahead of it', async () => {
    const tenant = await newTenant();
    const [record] = await createRecords(server, tenant, 3);
    const { body } = await orderOperation(server, tenant, { kind: 'change', all: true, patch: rename('Bulk') });
    const somebody = beforeStretches(server, 1, () =>
      patchRecord(tenant, record?.['id'], [{ op: 'replace', path: '/name_on_account', value: 'Grace' }]),
    );
    await runBackgroundTasks(somebody, tenant.tenantId);
    assert.deepEqual(counts(await getOperation(server, tenant, body.id)), done(3, 3));
    const { name, name_on_account: holder, sys_version: version } = await readRecord(server, tenant, record?.['id']);
    assert.deepEqual([name, holder, version], ['Bulk', 'Grace', 3]);
  });

  it('gives up on a record that others never cease to change, and goes on', async () => {
    const tenant = await newTenant();
    const [restless, calm] = await createRecords(server, tenant, 2);
    const { body } = await orderOperation(server, tenant, { kind: 'change', all: true, patch: rename('Bulk') });
    let changes = 0;
    const somebody = beforeStretches(server, 22, () =>
      patchRecord(tenant, restless?.['id'], [{ op: 'replace', path: '/name_on_account', value: `Ada ${changes++}` }]),
    );
    await runBackgroundTasks(somebody, tenant.tenantId);
    assert.deepEqual(counts(await getOperation(server, tenant, body.id)), done(2, 1, { failed: 1 }));
    const [conflict] = await conflictsOf(server, tenant, body.id);
    assert.equal(conflict?.['error'].errorCode, 'errormessage.concurrent.modification');
    assert.equal((await readRecord(server, tenant, calm?.['id']))['name'], 'Bulk');
  });

  it('is told of by audit and events: ordered, done, and each record', async () => {
    const tenant = await newTenant();
    const [record] = await createRecords(server, tenant, 1);
    const { id } = await operate(server, tenant, { kind: 'change', all: true, patch: rename('Renamed') });
    const names = (traces: { name: string }[]) => new Set(traces.map(({ name }) => name));
    const told = ['bulk_data_operation.done', 'bulk_data_operation.ordered'];
    assert.deepEqual(names(await auditOf(server, tenant.tenantId, id)), new Set(told));
    assert.deepEqual(names(await eventsOf(server, tenant.tenantId, id)), new Set(told));
    const last = (await eventsOf(server, tenant.tenantId, record?.['id'])).at(-1);
    assert.equal(last?.name, 'stored_payment_method.patched');
    assert.ok((last?.payload as { changed_fields: string[] } | undefined)?.changed_fields.includes('name'));
    const feed = await server.call('GET', `/events/${tenant.tenantId}?types=${told.join(',')}`, {
      headers: bearer(tenant),
    });
    assert.equal(feed.status, 200);
  });
});

describe('a bulk deletion', () => {
  it('deletes what can be deleted, and remembers what it was refused', async () => {
    const tenant = await newTenant();
    const [plain, locked] = await createRecords(server, tenant, 2);
    await lock(tenant, locked?.['id']);
    await replaceInstrument(server, tenant, await enterCard(server, tenant, visa));
    const operation = await operate(server, tenant, { kind: 'delete', all: true });
    assert.deepEqual(counts(operation), done(3, 1, { failed: 2 }));
    assert.equal((await readRecord(server, tenant, plain?.['id']))['errorCode'], 'errormessage.record.not.found');
    const stays = await readRecord(server, tenant, locked?.['id']);
    assert.deepEqual([stays['sys_version'], stays['sys_deleted_by_id']], [2, tenant.clientId]);
    const codes = (await conflictsOf(server, tenant, operation['id'])).map(({ error }) => error.errorCode);
    assert.deepEqual(new Set(codes), new Set(['errormessage.record.in.use', 'errormessage.record.locked']));
    const audit = await auditOf(server, tenant.tenantId, locked?.['id']);
    assert.equal(audit.filter(({ name }) => name === 'stored_payment_method.deletion_refused').length, 1);
  });

  it('destroys a number after the retention, and an undo in time keeps it', async () => {
    const tenant = await tenantWithEveryChoice(server, `club-${tenants++}`);
    await replaceInstrument(server, tenant, await enterCard(server, tenant, visa));
    // An account's instrument cannot be deleted.
    await bill(server, tenant, entries.CASH);
    const doomed = () =>
      query<{ destroy_after: Date | null }>(server, 'SELECT destroy_after FROM vault_secrets WHERE tenant_id = $1', [
        tenant.tenantId,
      ]);
    assert.deepEqual(await doomed(), [{ destroy_after: null }]);
    const { id, changed } = await operate(server, tenant, { kind: 'delete', all: true });
    assert.equal(changed, 1);
    assert.notEqual((await doomed())[0]?.destroy_after, null);
    assert.deepEqual(counts(await finish(server, tenant, undoOperation(server, tenant, id))), done(1, 1));
    assert.deepEqual(await doomed(), [{ destroy_after: null }]);
  });
});
