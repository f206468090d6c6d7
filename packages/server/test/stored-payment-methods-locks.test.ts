import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { type Scope, scopes } from '../src/contract/scopes.ts';
import { open } from '../src/crypto/envelope.ts';
import { createClient } from '../src/ops/clients/create.ts';
import { tenantContext } from '../src/ops/tenants/context.ts';
import { assertRefused } from './harness/assert-refused.ts';
import { assertOk, useCard, withNewCustomer } from './harness/gateway.ts';
import { auditOf, eventsOf, query } from './harness/look-inside.ts';
import {
  bearer,
  createRecord,
  enterCard,
  getRecord,
  mastercard,
  putRecord,
  recordBody,
  replaceInstrument,
  visa,
} from './harness/main-job.ts';
import { type Answer, startTestServer, type TestServer, type TestTenant } from './harness/server.ts';

const reason = 'A disputed charge';

let server: TestServer;
let acme: TestTenant;
/** Another client of the same tenant, which may write but not unlock. */
let clerk: TestTenant;

before(async () => {
  server = await startTestServer();
  acme = await server.tenant('acme');
  clerk = await anotherClient({ scopes: scopes.filter((scope) => scope !== 'STORED_PAYMENT_METHOD_UNLOCK') });
});

after(() => server.stop());

async function anotherClient(granted: { scopes: readonly Scope[]; contactId?: string }): Promise<TestTenant> {
  const ctx = await tenantContext(server.services, 'acme', {
    kind: 'command-line',
    id: 'test',
    scopes: new Set(scopes),
  });
  const { clientId, clientSecret } = await createClient(ctx, { name: 'clerk', ...granted });
  const { body } = await server.call('POST', '/oauth/token', {
    body: { grant_type: 'client_credentials', client_id: clientId, client_secret: clientSecret.reveal() },
  });
  return { ...acme, clientId, accessToken: body.access_token };
}

type Options = { as?: TestTenant; headers?: Record<string, string>; body?: unknown };

const call = (method: string, path: string, { as = acme, headers = {}, ...body }: Options = {}): Promise<Answer> =>
  server.call(method, `/storedPaymentMethods/acme${path}`, { headers: { ...bearer(as), ...headers }, ...body });
const lock = (id: string, options: Options = {}) => call('PUT', `/${id}/lock`, { body: { reason }, ...options });
const unlock = (id: string, options: Options = {}) => call('DELETE', `/${id}/lock`, options);
const readLock = async (id: string) => (await call('GET', `/${id}/lock`)).body;
const put = (record: Record<string, any>, as = acme) => putRecord(server, as, record);
const rename = (id: string, name: string, as = acme, more: object[] = []) =>
  call('PATCH', `/${id}`, { as, body: [{ op: 'replace', path: '/name', value: name }, ...more] });
const overriding = { op: 'add', path: '/sys_directive', value: 'override-lock' };

async function lockedRecord(as = acme): Promise<Record<string, any>> {
  const { id } = await createRecord(server, acme);
  assertOk(await lock(id, { as }));
  return (await getRecord(server, acme, id)).body;
}

/** The names of what happened to a record, beginning with its second version. */
const namesAfterCreation = (traces: readonly { name: string }[]) => traces.slice(1).map(({ name }) => name);

/** What the audit holds of one version, opened as the audit's readers see it. */
async function auditDetails(id: string, version: number): Promise<Record<string, any>> {
  const [entry] = await query<SealedEntry>(
    server,
    `SELECT a.audit_id, a.sealed_details, k.key_id, k.customer_uuid, k.wrapped_key, k.wrapped_by
     FROM audit_entries a JOIN customer_keys k USING (tenant_id, key_id)
     WHERE a.subject_id = $1 AND a.subject_version = $2`,
    [id, version],
  );
  if (!entry) throw new Error('there is no such entry');
  const { key_id: keyId, customer_uuid: customerUuid, wrapped_key: wrappedKey, wrapped_by: wrappedBy } = entry;
  const key = (await server.services.keysOf('acme')).customerKey({ keyId, customerUuid, wrappedKey, wrappedBy });
  const binding = ['acme', 'audit_entries', entry.audit_id, 'details', 1] as const;
  return JSON.parse(open(entry.sealed_details, key, binding).toString());
}

type SealedEntry = {
  audit_id: string;
  sealed_details: Buffer;
  key_id: string;
  customer_uuid: string;
  wrapped_key: Buffer;
  wrapped_by: string;
};

describe('a lock', () => {
  it('tells who set it, why and since when, and shows in the record as sys_locked alone', async () => {
    const record = await createRecord(server, acme);
    assert.deepEqual(await readLock(record.id), { locked: false, sys_version: 1 });
    const answer = await lock(record.id, { as: clerk });
    const { since } = answer.body;
    const state = { locked: true, owner: clerk.clientId, reason, since, sys_version: 2 };
    assert.deepEqual([answer.status, answer.headers.get('etag'), answer.body], [200, '"2"', state]);
    assert.ok(Math.abs(Date.parse(since) - server.clock.now().getTime()) < 60_000);
    assert.deepEqual(await readLock(record.id), state);
    const { body: locked } = await getRecord(server, acme, record.id);
    const { sys_last_modified_at: at, sys_last_modified_by_id: by, sys_last_security_context: context } = locked;
    assert.deepEqual(locked, {
      ...record,
      sys_locked: true,
      sys_version: 2,
      sys_last_modified_at: at,
      sys_last_modified_by_id: by,
      sys_last_security_context: context,
    });
  });

  it('leaves audit and event when it is set and lifted, and its reason in no event', async () => {
    const { id } = await lockedRecord();
    assertOk(await unlock(id));
    const names = ['stored_payment_method.locked', 'stored_payment_method.unlocked'];
    assert.deepEqual(namesAfterCreation(await auditOf(server, 'acme', id)), names);
    const events = await eventsOf(server, 'acme', id);
    assert.deepEqual(namesAfterCreation(events), names);
    assert.deepEqual(
      events.slice(1).map(({ payload }) => payload),
      [1, 2].map(() => ({
        customer_id: acme.customerId,
        type: 'credit card',
        changed_fields: ['sys_locked'],
      })),
    );
  });

  it('that was set by sys_locked has no reason; who changed the record owns it', async () => {
    const record = await createRecord(server, acme);
    const { body: locked } = await put({ ...record, sys_locked: true }, clerk);
    const since = locked.sys_last_modified_at;
    assert.deepEqual(await readLock(record.id), { locked: true, owner: clerk.clientId, since, sys_version: 2 });
    const refused = await put({ ...locked, name: 'x' });
    assertRefused(refused, 409, 'record.locked');
    assert.deepEqual(refused.body.args, [record.id, clerk.clientId, '']);
    assert.match(refused.body.errorMessage, /Reason: –\./);
  });

  it('stays as it is when its owner sets it again, and is refused to anybody else and for another reason', async () => {
    const { id } = await lockedRecord(clerk);
    const state = await readLock(id);
    assert.deepEqual((await lock(id, { as: clerk })).body, state);
    assertRefused(await lock(id), 409, 'record.locked');
    assertRefused(await lock(id, { as: clerk, body: { reason: 'Another' } }), 409, 'record.locked');
    assert.deepEqual(await readLock(id), state);
  });

  it('needs a reason that holds no card number', async () => {
    const { id } = await createRecord(server, acme);
    assertRefused(await lock(id, { body: {} }), 400, 'validation.required', 'reason');
    assertRefused(await lock(id, { body: { reason: ' ' } }), 400, 'validation.required', 'reason');
    assertRefused(await lock(id, { body: { reason: `Card ${visa}` } }), 400, 'card.number.found', 'reason');
    assert.equal((await readLock(id)).locked, false);
  });

  it('is set and lifted on the version that If-Match names, and once under an Idempotency-Key', async () => {
    const { id } = await createRecord(server, acme);
    assertRefused(await lock(id, { headers: { 'if-match': '"7"' } }), 412, 'record.precondition.failed', 'If-Match');
    const headers = { 'if-match': '"1"', 'idempotency-key': 'lock-once' };
    const first = await lock(id, { headers });
    const again = await lock(id, { headers });
    assert.deepEqual([again.body, again.headers.get('idempotency-replayed')], [first.body, 'true']);
    assertRefused(await unlock(id, { headers: { 'if-match': '"1"' } }), 412, 'record.precondition.failed', 'If-Match');
    assert.equal((await unlock(id, { headers: { 'if-match': '"2"' } })).body.sys_version, 3);
  });

  it('of a record that does not exist is not found', async () => {
    for (const answer of [await lock('spm_none'), await unlock('spm_none'), await call('GET', '/spm_none/lock')]) {
      assertRefused(answer, 404, 'record.not.found');
    }
  });
});

describe('a locked record', () => {
  it('refuses every change of the Records API, and names owner and reason', async () => {
    const record = await lockedRecord(clerk);
    const changes = [
      await put({ ...record, name: 'x' }),
      await rename(record['id'], 'x'),
      await call('DELETE', `/${record['id']}`),
      await call('POST', `/${record['id']}/restore`, { body: { sys_version: 1 } }),
    ];
    for (const answer of changes) {
      assertRefused(answer, 409, 'record.locked');
      assert.deepEqual(answer.body.args, [record['id'], clerk.clientId, reason]);
      assert.ok(answer.body.errorMessage.includes(clerk.clientId) && answer.body.errorMessage.includes(reason));
    }
    const operations = [{ method: 'DELETE', id: record['id'] }];
    const { body } = await call('POST', '/batch', { body: { operations } });
    assert.deepEqual(body.results[0].error.args, [record['id'], clerk.clientId, reason]);
    assert.equal((await readLock(record['id'])).sys_version, 2);
  });

  it('keeps the reason from a client of its contact, unless that one locked it', async () => {
    const limited = await anotherClient({ scopes, contactId: acme.contactId });
    const record = await lockedRecord();
    const refused = await rename(record['id'], 'x', limited);
    assertRefused(refused, 409, 'record.locked');
    assert.deepEqual(refused.body.args, [record['id'], acme.clientId, '']);
    const { body } = await call('GET', `/${record['id']}/lock`, { as: limited });
    assert.deepEqual([body.locked, 'reason' in body], [true, false]);
    const own = await lockedRecord(limited);
    assert.equal((await call('GET', `/${own['id']}/lock`, { as: limited })).body.reason, reason);
  });

  it('is not replaced as an account’s instrument', async () => {
    const ada = await withNewCustomer(server, acme);
    const { storedPaymentMethodId: id } = await useCard(server, ada, visa);
    const token = await enterCard(server, ada, mastercard);
    assertOk(await lock(id));
    const refused = await replaceInstrument(server, ada, token);
    assertRefused(refused, 409, 'record.locked');
    assert.deepEqual(refused.body.args, [id, acme.clientId, reason]);
    assertOk(await unlock(id));
    assertOk(await replaceInstrument(server, ada, token));
  });

  it('is unlocked with the scope alone, whoever locked it, and then takes changes', async () => {
    const record = await lockedRecord(clerk);
    assertRefused(await unlock(record['id'], { as: clerk }), 403, 'permission.denied');
    assert.deepEqual((await unlock(record['id'])).body, { locked: false, sys_version: 3 });
    assert.deepEqual((await unlock(record['id'])).body, { locked: false, sys_version: 3 });
    assert.equal((await rename(record['id'], 'Renamed', clerk)).body.sys_locked, false);
  });

  it('takes no change that began before it was locked', async () => {
    const { id } = await createRecord(server, acme);
    await Promise.all([...['a', 'b', 'c'].map((name) => rename(id, name)), lock(id)]);
    const audits = await auditOf(server, 'acme', id);
    assert.equal(audits.at(-1)?.name, 'stored_payment_method.locked');
  });

  it('does not get an old lock back with an old version', async () => {
    const { id } = await lockedRecord();
    assertOk(await unlock(id));
    assertOk(await call('POST', `/${id}/restore`, { body: { sys_version: 2 } }));
    assert.deepEqual(await readLock(id), { locked: false, sys_version: 4 });
  });
});

describe('the directive override-lock', () => {
  it('changes a locked record that stays locked, and event and audit say so', async () => {
    const record = await lockedRecord(clerk);
    const { since } = await readLock(record['id']);
    const answer = await put({ ...record, name: 'By PUT', sys_directive: 'override-lock' });
    assert.deepEqual([answer.status, answer.body.name, answer.body.sys_locked], [200, 'By PUT', true]);
    assert.equal(answer.body.sys_last_security_context.lock_overridden, true);
    assert.equal((await rename(record['id'], 'By PATCH', acme, [overriding])).body.name, 'By PATCH');
    const state = { locked: true, owner: clerk.clientId, reason, since, sys_version: 4 };
    assert.deepEqual(await readLock(record['id']), state);
    const payloads = (await eventsOf(server, 'acme', record['id'])).map(({ payload }) => payload as any);
    assert.deepEqual(
      payloads.map((payload) => payload.lock_overridden),
      [undefined, undefined, true, true],
    );
    for (const version of [3, 4]) {
      const { overridden_lock: overridden } = await auditDetails(record['id'], version);
      assert.deepEqual(overridden, { owner: clerk.clientId, reason, since });
    }
    assertRefused(await rename(record['id'], 'x'), 409, 'record.locked');
  });

  it('leaves a lock of sys_locked to the one who set it', async () => {
    const record = await createRecord(server, acme);
    const { body: locked } = await put({ ...record, sys_locked: true }, clerk);
    assertOk(await rename(record.id, 'Renamed', acme, [overriding]));
    const { owner, since } = await readLock(record.id);
    assert.deepEqual([owner, since], [clerk.clientId, locked.sys_last_modified_at]);
  });

  it('works for one change, in a batch and in a dry run too', async () => {
    const { id } = await lockedRecord();
    const patch = [{ op: 'replace', path: '/name', value: 'In a batch' }, overriding];
    const { body } = await call('POST', '/batch', { body: { operations: [{ method: 'PATCH', id, body: patch }] } });
    assert.equal(body.results[0].body.name, 'In a batch');
    const dry = { ...overriding, value: 'override-lock dry-run' };
    assert.equal((await rename(id, 'Dry', acme, [dry])).body.name, 'Dry');
    assert.equal((await getRecord(server, acme, id)).body.name, 'In a batch');
  });

  it('is refused without the scope, whether the record is locked or not', async () => {
    const locked = await lockedRecord();
    const record = await createRecord(server, acme);
    const answers = [
      await put({ ...locked, sys_directive: 'override-lock' }, clerk),
      await put({ ...record, sys_directive: 'override-lock' }, clerk),
      await rename(locked['id'], 'x', clerk, [overriding]),
      await call('POST', '', { as: clerk, body: recordBody(acme, { sys_directive: 'override-lock' }) }),
    ];
    for (const answer of answers) {
      assertRefused(answer, 403, 'permission.denied');
      assert.deepEqual(answer.body.typedArgs[0].value.values, ['STORED_PAYMENT_METHOD_UNLOCK']);
    }
    assert.equal((await readLock(locked['id'])).sys_version, 2);
  });

  it('of a record that is not locked changes it as without, and unlocks when sys_locked says so', async () => {
    const record = await createRecord(server, acme);
    const { body: next } = await put({ ...record, name: 'Next', sys_directive: 'override-lock' });
    assert.equal('lock_overridden' in next.sys_last_security_context, false);
    const locked = await lockedRecord();
    assertOk(await put({ ...locked, sys_locked: false, sys_directive: 'override-lock' }));
    assert.equal((await readLock(locked['id'])).locked, false);
  });
});
