import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { scopes } from '../src/contract/scopes.ts';
import { assertRefused } from './harness/assert-refused.ts';
import { auditOf, eventsOf, query } from './harness/look-inside.ts';
import { bearer, createRecord, getRecord, putRecord } from './harness/main-job.ts';
import { type Answer, startTestServer, type TestServer, type TestTenant } from './harness/server.ts';
import { wholeBody } from './harness/stored-payment-method-fields.ts';

let server: TestServer;
let acme: TestTenant;
let limited: TestTenant;

before(async () => {
  server = await startTestServer();
  acme = await server.tenant('acme');
  limited = await server.tenant('limited', {
    scopes: scopes.filter((scope) => scope !== 'EVENT_SKIP' && scope !== 'STORED_PAYMENT_METHOD_UNLOCK'),
  });
});

after(() => server.stop());

const put = (record: Record<string, any>, tenant = acme): Promise<Answer> => putRecord(server, tenant, record);
const create = (body: object, tenant = acme): Promise<Answer> =>
  server.call('POST', `/storedPaymentMethods/${tenant.tenantId}`, { headers: bearer(tenant), body });

const rowsStored = async (): Promise<unknown> =>
  query(
    server,
    `SELECT (SELECT count(*) FROM stored_payment_methods) AS records, (SELECT count(*) FROM events) AS events,
       (SELECT count(*) FROM stored_payment_method_versions) AS versions,
       (SELECT count(*) FROM audit_entries) AS audits`,
  );

describe('a dry run', () => {
  it('of a change answers what would be, and changes nothing', async () => {
    const record = await createRecord(server, acme, wholeBody(acme));
    const stored = await rowsStored();
    const answer = await put({ ...record, name: 'Another', sys_directive: 'dry-run' });
    const { sys_last_modified_at: at, sys_last_security_context: context } = answer.body;
    assert.deepEqual(
      [answer.status, answer.body],
      [
        200,
        { ...record, name: 'Another', sys_version: 2, sys_last_modified_at: at, sys_last_security_context: context },
      ],
    );
    assert.deepEqual(await rowsStored(), stored);
    assert.deepEqual((await getRecord(server, acme, record.id)).body, record);
  });

  it('of a creation answers what would be, and creates nothing', async () => {
    const stored = await rowsStored();
    const answer = await create(wholeBody(acme, { sys_directive: 'dry-run' }));
    assert.deepEqual([answer.status, answer.body.sys_version, answer.body.name], [201, 1, 'Work card']);
    assert.deepEqual(await rowsStored(), stored);
    assert.equal((await getRecord(server, acme, answer.body.id)).status, 404);
  });

  it('is refused as the change itself would be', async () => {
    await createRecord(server, acme, { sys_external_id: 'taken' });
    const record = await createRecord(server, acme, wholeBody(acme));
    const dry = { ...record, sys_directive: 'dry-run' };
    assertRefused(await put({ ...dry, contact_id: 'none' }), 409, 'record.reference.missing', 'contact_id');
    assertRefused(await put({ ...dry, sys_version: 9 }), 409, 'record.version.conflict', 'sys_version');
    assertRefused(
      await put({ ...dry, last_four_digits: '1111' }),
      400,
      'record.number.fields.fixed',
      'last_four_digits',
    );
    assertRefused(await put({ ...dry, sys_external_id: 'taken' }), 409, 'record.external.id.taken', 'sys_external_id');
    const body = wholeBody(acme, { sys_directive: 'dry-run', sys_external_id: 'taken' });
    assertRefused(await create(body), 409, 'record.external.id.taken', 'sys_external_id');
  });
});

describe('skipping the event', () => {
  it('needs a scope of its own, and leaves version and audit as they are', async () => {
    const { body: record } = await create(wholeBody(acme, { sys_directive: 'skip-events' }));
    const { body: next } = await put({ ...record, name: 'Second', sys_directive: 'skip-events' });
    assert.equal((await put({ ...next, name: 'Third' })).status, 200);
    assert.deepEqual(
      (await auditOf(server, 'acme', record.id)).map(({ version }) => version),
      [1, 2, 3],
    );
    assert.deepEqual(
      (await eventsOf(server, 'acme', record.id)).map(({ version }) => version),
      [3],
    );
  });

  it('without the scope is refused and changes nothing', async () => {
    const record = await createRecord(server, limited);
    for (const answer of [
      await put({ ...record, sys_directive: 'skip-events' }, limited),
      await create(wholeBody(limited, { sys_directive: 'dry-run skip-events' }), limited),
    ]) {
      assertRefused(answer, 403, 'permission.denied');
      assert.deepEqual(answer.body.typedArgs, [{ type: 'PERMISSION_LIST', value: { values: ['EVENT_SKIP'] } }]);
    }
    assert.deepEqual((await getRecord(server, limited, record.id)).body, record);
  });
});

describe('a directive', () => {
  it('is obeyed once, and neither stored nor returned', async () => {
    const record = await createRecord(server, acme, { sys_directive: 'allow-token-removal' });
    assert.equal('sys_directive' in record, false);
    const { body: next } = await put({ ...record, sys_directive: ' allow-token-removal,  skip-events ' });
    assert.equal('sys_directive' in next, false);
    assert.equal((await put({ ...next, sys_directive: '' })).status, 200);
    assert.equal((await eventsOf(server, 'acme', record.id)).length, 2);
  });

  it('that is not known is refused, and the known ones are named', async () => {
    const record = await createRecord(server, acme);
    const answer = await put({ ...record, sys_directive: 'dry-run force' });
    assertRefused(answer, 400, 'record.directive.unknown', 'sys_directive');
    assert.match(answer.body.errorMessage, /dry-run, allow-token-removal, skip-events or override-lock/);
    assert.doesNotMatch(JSON.stringify(answer.body), /force/);
  });
});

describe('a locked record', () => {
  it('refuses every change with 409, whatever its precondition says', async () => {
    const record = await createRecord(server, acme, { sys_locked: true });
    for (const change of [
      {},
      { sys_locked: true },
      { sys_locked: null },
      { sys_version: 7 },
      { sys_directive: 'dry-run' },
    ]) {
      assertRefused(await put({ ...record, sys_locked: undefined, ...change }), 409, 'record.locked');
    }
    const stale = await putRecord(server, acme, { ...record, name: 'x' }, { headers: { 'if-match': '"7"' } });
    assertRefused(stale, 409, 'record.locked');
    assert.deepEqual((await getRecord(server, acme, record.id)).body, record);
  });

  it('is unlocked, and changed, by a caller with the scope', async () => {
    const record = await createRecord(server, acme, { sys_locked: true });
    const answer = await put({ ...record, sys_locked: false, name: 'Unlocked' });
    assert.deepEqual([answer.status, answer.body.sys_locked, answer.body.name], [200, false, 'Unlocked']);
    const locked = await put({ ...answer.body, sys_locked: true });
    assert.equal(locked.body.sys_locked, true);
    assertRefused(await put(locked.body), 409, 'record.locked');
  });

  it('stays locked for a caller without the scope', async () => {
    const { body: record } = await create(wholeBody(limited, { sys_locked: true }), limited);
    assertRefused(await put({ ...record, sys_locked: false }, limited), 409, 'record.locked');
    assert.equal((await getRecord(server, limited, record.id)).body.sys_locked, true);
  });
});
