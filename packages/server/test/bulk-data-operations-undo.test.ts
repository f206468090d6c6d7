import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { assertRefused, assertSameRefusal } from './harness/assert-refused.ts';
import {
  cancelOperation,
  conflictsOf,
  counts,
  createRecords,
  finish,
  operate,
  orderOperation,
  readRecord,
  rename,
  undoOperation,
} from './harness/bulk-data-operations.ts';
import { eventsOf, query } from './harness/look-inside.ts';
import { bearer, createRecord, keyHeader } from './harness/main-job.ts';
import { startTestServer, type TestServer, type TestTenant } from './harness/server.ts';

type Body = Record<string, any>;

let server: TestServer;
let tenants = 0;
const newTenant = (options: object = {}): Promise<TestTenant> => server.tenant(`club-${tenants++}`, options);

before(async () => {
  server = await startTestServer();
});
after(() => server.stop());

const undo = (tenant: TestTenant, id: string): Promise<Body> =>
  finish(server, tenant, undoOperation(server, tenant, id));
const renameAll = (tenant: TestTenant): Promise<Body> =>
  operate(server, tenant, { kind: 'change', all: true, patch: rename('Renamed') });
const deleteAll = (tenant: TestTenant): Promise<Body> => operate(server, tenant, { kind: 'delete', all: true });
const did = (changed: number, rest: object = {}): object => ({
  state: 'done',
  selected: changed,
  changed,
  unchanged: 0,
  failed: 0,
  ...rest,
});

/** A record but for what every version says of itself. */
const content = (record: Body): object => {
  const { sys_version: _, sys_last_modified_at: __, sys_last_security_context: ___, ...rest } = record;
  const { sys_last_bulk_data_operation_id: ____, sys_last_bulk_data_operation_sys_version: _____, ...own } = rest;
  return own;
};
const versionOf = async (tenant: TestTenant, id: string): Promise<unknown> =>
  (await readRecord(server, tenant, id))['sys_version'];

describe('the undoing of a bulk change', () => {
  it('gives every record back what it was, as its next version', async () => {
    const tenant = await newTenant();
    const records = await createRecords(server, tenant, 3, (n) => ({ name: `Card ${n}` }));
    const { id } = await renameAll(tenant);
    const undone = await undo(tenant, id);
    assert.deepEqual(counts(undone), did(3));
    assert.deepEqual([undone['kind'], undone['undoes']], ['undo', id]);
    for (const record of records) {
      const now = await readRecord(server, tenant, record['id']);
      assert.deepEqual(content(now), content(record));
      assert.deepEqual(
        [now['sys_version'], now['sys_last_bulk_data_operation_id'], now['sys_last_bulk_data_operation_sys_version']],
        [3, undone['id'], '3'],
      );
    }
    const last = (await eventsOf(server, tenant.tenantId, records[0]?.['id'])).at(-1);
    assert.equal(last?.name, 'stored_payment_method.restored');
    assert.equal((last?.payload as { restored_version: number } | undefined)?.restored_version, 1);
  });

  it('leaves alone what somebody has changed since, and says what changed', async () => {
    const tenant = await newTenant();
    const [first, second] = await createRecords(server, tenant, 2);
    const { id } = await renameAll(tenant);
    const patched = await server.call('PATCH', `/storedPaymentMethods/${tenant.tenantId}/${first?.['id']}`, {
      headers: bearer(tenant),
      body: [{ op: 'replace', path: '/name_on_account', value: 'Grace' }],
    });
    const undone = await undo(tenant, id);
    assert.deepEqual(counts(undone), did(1, { selected: 2, failed: 1 }));
    assert.deepEqual(await readRecord(server, tenant, first?.['id']), patched.body);
    assert.equal((await readRecord(server, tenant, second?.['id']))['name'], 'Work card');
    const [conflict] = await conflictsOf(server, tenant, undone['id']);
    assert.deepEqual(
      [conflict?.['id'], conflict?.['sys_version'], conflict?.['error'].errorCode, conflict?.['error'].args],
      [first?.['id'], 3, 'errormessage.record.version.conflict', ['3', 'name on the account']],
    );
  });

  it('leaves alone what was erased, and whose earlier version is no longer kept; the others get theirs back', async () => {
    const tenant = await newTenant();
    const { body: person } = await server.call('POST', '/v1/customers/create', {
      headers: keyHeader(tenant),
      body: { firstName: 'Grace', lastName: 'Hopper' },
    });
    const erased = await createRecord(server, { ...tenant, contactId: person.contactId });
    const [cut, kept] = await createRecords(server, tenant, 2);
    const { id } = await renameAll(tenant);
    const erasure = `/contacts/${tenant.tenantId}/${person.contactId}/erasure`;
    assert.equal((await server.call('POST', erasure, { headers: bearer(tenant) })).status, 202);
    // As retention does once the days of the history are over.
    await query(server, 'DELETE FROM stored_payment_method_versions WHERE id = $1 AND sys_version = 1', [cut?.['id']]);
    const undone = await undo(tenant, id);
    assert.deepEqual(counts(undone), did(1, { selected: 3, failed: 2 }));
    assert.equal((await readRecord(server, tenant, kept?.['id']))['name'], 'Work card');
    assert.equal((await readRecord(server, tenant, cut?.['id']))['name'], 'Renamed');
    const conflicts = await conflictsOf(server, tenant, undone['id']);
    assert.deepEqual(
      new Map(conflicts.map((conflict) => [conflict['id'], conflict['error'].errorCode])),
      new Map([
        [erased['id'], 'errormessage.record.not.found'],
        [cut?.['id'], 'errormessage.record.version.not.found'],
      ]),
    );
  });

  it('is harmless when it is ordered twice', async () => {
    const tenant = await newTenant();
    const [record] = await createRecords(server, tenant, 2);
    const { id } = await renameAll(tenant);
    const orders = [undoOperation(server, tenant, id), undoOperation(server, tenant, id)];
    await Promise.all(orders);
    const outcomes = [];
    for (const order of orders) outcomes.push(counts(await finish(server, tenant, order)));
    assert.deepEqual(
      outcomes.toSorted((one, another) => JSON.stringify(another).length - JSON.stringify(one).length),
      [did(0, { selected: 2, skipped: 2 }), did(2)],
    );
    assert.equal(await versionOf(tenant, record?.['id']), 3);
  });

  it('can itself be undone', async () => {
    const tenant = await newTenant();
    const [record] = await createRecords(server, tenant, 1);
    const change = await renameAll(tenant);
    const undone = await undo(tenant, change['id']);
    assert.deepEqual(counts(await undo(tenant, undone['id'])), did(1));
    const { name, sys_version: version } = await readRecord(server, tenant, record?.['id']);
    assert.deepEqual([name, version], ['Renamed', 4]);
    const late = await undo(tenant, change['id']);
    assert.deepEqual(counts(late), did(0, { selected: 1, failed: 1 }), 'another operation wrote it since');
  });

  it('touches nothing that the operation left as it was', async () => {
    const tenant = await newTenant();
    const [same] = await createRecords(server, tenant, 2, (n) => ({ name: n === 0 ? 'Renamed' : 'Other' }));
    const { id } = await renameAll(tenant);
    assert.deepEqual(counts(await undo(tenant, id)), did(1));
    assert.deepEqual(await readRecord(server, tenant, same?.['id']), same);
  });

  it('unlocks what the operation locked, for who may unlock', async () => {
    const tenant = await newTenant();
    const [record] = await createRecords(server, tenant, 1);
    const patch = [{ op: 'add', path: '/sys_locked', value: true }];
    const { id } = await operate(server, tenant, { kind: 'change', all: true, patch });
    const keeper = await server.tenant(`club-${tenants++}`, {
      scopes: ['BULK_READ', 'BULK_WRITE', 'STORED_PAYMENT_METHOD_READ', 'STORED_PAYMENT_METHOD_WRITE'],
    });
    assert.deepEqual(counts(await undo(tenant, id)), did(1));
    assert.equal((await readRecord(server, tenant, record?.['id']))['sys_locked'], undefined);
    const [kept] = await createRecords(server, keeper, 1);
    const locking = await operate(server, keeper, { kind: 'change', all: true, patch });
    const undone = await undo(keeper, locking['id']);
    assert.deepEqual(counts(undone), did(0, { selected: 1, failed: 1 }));
    const [conflict] = await conflictsOf(server, keeper, undone['id']);
    assert.equal(conflict?.['error'].errorCode, 'errormessage.record.locked');
    assert.equal(await versionOf(keeper, kept?.['id']), 2);
  });

  it('revives no token, and not a number that was given up', async () => {
    const tenant = await newTenant();
    const [record] = await createRecords(server, tenant, 1);
    const token = { op: 'replace', path: '/merchant_account_tokens/0/token', value: 'tok_second' };
    const patch = [token, { op: 'replace', path: '/last_four_digits', value: '1881' }];
    const { id } = await operate(server, tenant, { kind: 'change', all: true, patch });
    const undone = await undo(tenant, id);
    const [conflict] = await conflictsOf(server, tenant, undone['id']);
    assert.equal(conflict?.['error'].errorCode, 'errormessage.record.version.other.number');
    assert.equal(await versionOf(tenant, record?.['id']), 2);
    const third = [{ ...token, value: 'tok_third' }];
    const { id: ofToken } = await operate(server, tenant, { kind: 'change', all: true, patch: third });
    assert.deepEqual(counts(await undo(tenant, ofToken)), did(0, { selected: 1, unchanged: 1 }));
    assert.equal((await readRecord(server, tenant, record?.['id']))['merchant_account_tokens'][0].token, 'tok_third');
  });

  it('waits until the operation is over', async () => {
    const tenant = await newTenant();
    const { body } = await orderOperation(server, tenant, { kind: 'change', all: true, patch: rename('Renamed') });
    assertRefused(await undoOperation(server, tenant, body.id), 409, 'bulk.operation.not.over');
    await cancelOperation(server, tenant, body.id);
    assert.deepEqual(counts(await undo(tenant, body.id)), did(0));
  });
});

describe('the undoing of a bulk deletion', () => {
  it('brings every record back with its external id, unless that is another’s by now', async () => {
    const tenant = await newTenant();
    const [free, taken] = await createRecords(server, tenant, 2, (n) => ({ sys_external_id: `crm-${n}` }));
    const { id } = await deleteAll(tenant);
    await createRecord(server, tenant, { sys_external_id: 'crm-1' });
    const undone = await undo(tenant, id);
    assert.deepEqual(counts(undone), did(1, { selected: 2, failed: 1 }));
    const back = await readRecord(server, tenant, free?.['id']);
    assert.deepEqual(
      { ...content(back), sys_deleted_by_id: undefined },
      { ...content(free ?? {}), sys_deleted_by_id: undefined },
    );
    const [conflict] = await conflictsOf(server, tenant, undone['id']);
    assert.deepEqual(
      [conflict?.['id'], conflict?.['error'].errorCode],
      [taken?.['id'], 'errormessage.record.external.id.taken'],
    );
  });

  it('can be undone in turn, which deletes them again', async () => {
    const tenant = await newTenant();
    const [record] = await createRecords(server, tenant, 1);
    const { id } = await deleteAll(tenant);
    const undone = await undo(tenant, id);
    assert.deepEqual(counts(await undo(tenant, undone['id'])), did(1));
    assert.equal((await readRecord(server, tenant, record?.['id']))['errorCode'], 'errormessage.record.not.found');
  });

  it('brings no record back to a contact that was deactivated', async () => {
    const tenant = await newTenant();
    await createRecords(server, tenant, 1);
    const { id } = await deleteAll(tenant);
    await server.call('DELETE', `/contacts/${tenant.tenantId}/${tenant.contactId}`, { headers: bearer(tenant) });
    const undone = await undo(tenant, id);
    const [conflict] = await conflictsOf(server, tenant, undone['id']);
    assert.equal(conflict?.['error'].errorCode, 'errormessage.record.reference.missing');
  });
});

describe('somebody else’s operation', () => {
  it('is answered like one that does not exist', async () => {
    const [tenant, other] = [await newTenant(), await newTenant()];
    await createRecords(server, tenant, 1);
    const { id } = await renameAll(tenant);
    const absent = 'operation_00000000-0000-7000-8000-000000000000';
    const ways = [
      ['GET', ''],
      ['GET', '/conflicts'],
      ['POST', '/cancel'],
      ['POST', '/undo'],
    ] as const;
    for (const [method, path] of ways) {
      const ask = (which: string) =>
        server.call(method, `/bulkDataOperations/${other.tenantId}/${which}${path}`, {
          headers: bearer(other),
          ...(path === '/undo' ? { body: {} } : {}),
        });
      const refused = await ask(id);
      assertRefused(refused, 404, 'bulk.operation.not.found');
      assertSameRefusal(refused, await ask(absent));
    }
  });
});
